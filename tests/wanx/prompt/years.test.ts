import { describe, expect, it } from 'vitest';
import { yearsOf } from '#lib/wanx/prompt/years.ts';

describe('yearsOf', () => {
  it.each<[text: string, from: number, to?: number]>([
    ['1888', 1888],
    ['1889–1914', 1889, 1914],
    ['1889-1914', 1889, 1914],
    ['1889 to 1914', 1889, 1914],
    ['1914–18', 1914, 1918],
    ['1914/15', 1914, 1915],
    ['c. 1600', 1600],
    ['Edo (1603–1868)', 1603, 1868],
    ['476', 476],
    ['c. 800', 800],
    ['the year 800', 800],
    ['793–1066', 793, 1066],
    ['AD 80–120', 80, 120],
    ['80 AD', 80],
    ['14–37 AD', 14, 37],
  ])('a year or a range: %s', (text, from, to = from) => {
    expect(yearsOf(text)).toEqual({ from, to });
  });

  it.each<[text: string, from: number, to?: number]>([
    ['c. 430 BC', -430],
    ['447–432 BC', -447, -432],
    ['1500–1600 BCE', -1600, -1500],
    ['27–14 BC', -27, -14],
    ['27 BC – AD 14', -27, 14],
    ['1 BC – AD 1', -1, 1],
    ['10,000 BC', -10_000],
    ['10 000 BC', -10_000],
    ['公元前221年', -221],
    ['100 v. Chr.', -100],
    ['50 av. J.-C.', -50],
    ['5th century B.C.', -500, -401],
    ['early 5th century BC', -500, -470],
    ['5th to 4th century BC', -500, -301],
    ['1st century BC to AD 50', -100, 50],
    ['late 6th century to 480 BC', -530, -480],
    ['3rd millennium BC', -3000, -2001],
  ])('before Christ: %s', (text, from, to = from) => {
    expect(yearsOf(text)).toEqual({ from, to });
  });

  it.each<[text: string, from: number, to?: number]>([
    ['8 May 1945', 1945],
    ['May 8, 1945', 1945],
    ['8 May 1945 – 2 September 1945', 1945],
    ['11.11.1918', 1918],
    ['1900-01-01', 1900],
    ['12/1945', 1945],
    ['9 November 1989', 1989],
    ['Apollo 11, 1969', 1969],
    ['Boeing 747, 1970', 1970],
    ['Area 51, 1955', 1955],
    ['24 Hours of Le Mans 1966', 1966],
    ['World War I c. 1916', 1916],
    ['1998–02', 1998],
  ])('a year beside other numbers: %s', (text, from, to = from) => {
    expect(yearsOf(text)).toEqual({ from, to });
  });

  it.each([
    'World War 2',
    'Phase 2',
    'Expo 58',
    '2nd Empire',
    'The 7th Art',
    'Route 66',
    'Highway 101',
    'Boeing 747',
    'Windows 95',
    'Studio 54',
    'Louis XIV',
    'MCMXX',
    '5000 people',
    '10,000 lakes',
    'the 20s',
    'Edo',
    '',
  ])('nothing sure: %s', (text) => {
    expect(yearsOf(text)).toBeUndefined();
  });

  it.each<[text: string, from: number, to: number]>([
    ['12th century', 1100, 1199],
    ['early 20th century', 1900, 1930],
    ['mid-19th century', 1835, 1865],
    ['late 19th century', 1870, 1899],
    ['turn of the 20th century', 1890, 1910],
    ['end of the 18th century', 1790, 1799],
    ['first half of the 19th century', 1800, 1849],
    ['16th–17th centuries', 1500, 1699],
    ['17th to 19th centuries', 1600, 1899],
    ['17-19th century', 1600, 1899],
    ['the nineteenth and twentieth centuries', 1800, 1999],
    ['twelfth-century', 1100, 1199],
    ['the twenty-first century', 2000, 2099],
    ['twenty first century', 2000, 2099],
    ['19th c.', 1800, 1899],
    ['XIX century', 1800, 1899],
    ['XIXe siècle', 1800, 1899],
    ['19ème siècle', 1800, 1899],
    ['siglo XVI', 1500, 1599],
    ['secolo XV', 1400, 1499],
    ['20. Jahrhundert', 1900, 1999],
    ['15世纪', 1400, 1499],
    ['Louis XV – 18th century', 1700, 1799],
    ['Phase 2 – 20th century', 1900, 1999],
    ['1st century', 0, 99],
  ])('a century: %s', (text, from, to) => {
    expect(yearsOf(text)).toEqual({ from, to });
  });

  it.each<[text: string, from: number, to: number]>([
    ['1920s', 1920, 1929],
    ['the 60s', 1960, 1969],
    ['1990s–2000s', 1990, 2009],
    ['Golden Twenties', 1920, 1929],
    ['the eighteen-nineties', 1890, 1899],
    ['1980er Jahre', 1980, 1989],
    ['années 60', 1960, 1969],
  ])('a decade: %s', (text, from, to) => {
    expect(yearsOf(text)).toEqual({ from, to });
  });

  it.each<[text: string, from: number, to: number]>([
    ['1990–today', 1990, 2025],
    ['1880 to the present', 1880, 2025],
    ['since 1850', 1850, 2025],
    ['from 1850 onwards', 1850, 2025],
    ['around 2000 years ago', 25, 25],
    ['1,500 years ago', 525, 525],
    ['12.000 years ago', -9975, -9975],
    ['65 million years ago', -64_997_975, -64_997_975],
  ])('counted from today: %s', (text, from, to) => {
    expect(yearsOf(text)).toEqual({ from, to });
  });

  it('takes no longer than the text deserves', () => {
    for (const piece of ['1', '1-', '19th ', 'XIX ', 'early ', '1 BC ', 'years ago ', '12 ']) {
      expect(() => yearsOf(piece.repeat(100_000))).not.toThrow();
    }
  });
});
