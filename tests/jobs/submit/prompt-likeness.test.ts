import { describe, expect, it } from 'vitest';
import { spots } from '#lib/data/spots.ts';
import { likenessOf } from '#lib/jobs/submit/prompt-likeness.ts';
import { buildEnhancedPrompt } from '#lib/wanx/index.ts';

const SENT =
  'A café at the “Old & New” harbour of Besançon, 1900: steamers, gulls & the ﬁrst trams; calm sea, low morning sun.';
const FRENCH =
  "Une rue élégante de la Belle Époque, près de la tour; des fiacres, l'été doré, « déjà » — où naît l'œuvre: Straße.";
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ é: 'eacute', É: 'Eacute', è: 'egrave', à: 'agrave', ù: 'ugrave', î: 'icirc', œ: 'oelig', ß: 'szlig' },
  ...{ "'": 'rsquo', '«': 'laquo', '»': 'raquo', '—': 'mdash' },
};
const named = (text: string) => text.replaceAll(/[^\x20-\x7e]|'/g, (letter) => `&${ENTITIES[letter]};`);
const CHINESE = '港口的清晨，蒸汽船缓缓驶入，海鸥在飞。';

const taken = (text: string) => new TextDecoder('windows-1252').decode(Buffer.from(text));

describe('likenessOf', () => {
  it.each<[string, string, string]>([
    ['the same text', SENT, SENT],
    ['other white space', `  ${SENT.replaceAll(' ', '\n ')}`, SENT],
    ['the decomposed form', SENT.normalize('NFD'), SENT],
    ['no letters at all', '🚢🌊', '🚢🌊'],
  ])('%s is the same', (_name, shown, sent) => {
    expect(likenessOf(shown, sent)).toBe('same');
  });

  it.each<[string, string, string]>([
    ['a named entity', SENT.replaceAll('&', '&amp;'), SENT],
    ['numeric entities', SENT.replaceAll('&', '&#38;').replaceAll('“', '&#x201c;'), SENT],
    ['escaped twice', SENT.replaceAll('&', '&amp;amp;'), SENT],
    ['named entities of letters', named(FRENCH), FRENCH],
    ['named entities, escaped twice', named(FRENCH).replaceAll('&', '&amp;'), FRENCH],
    [
      'named entities, cut within one',
      named(FRENCH)
        .slice(0, 45)
        .replace(/\w;?[^;]*$/, ''),
      FRENCH,
    ],
    ['the form of a URL', encodeURIComponent(SENT), SENT],
    ['the form of a URL, all its letters', encodeURIComponent(CHINESE), CHINESE],
    ['the form of a URL, cut within a letter', encodeURIComponent(CHINESE).slice(0, -7), CHINESE],
    ['the form of a form', encodeURIComponent(SENT).replaceAll('%20', '+'), SENT],
    ['escapes of JSON', CHINESE.replaceAll('港', '\\u6e2f').replaceAll('船', '\\u8239'), CHINESE],
    ['the compatibility form', SENT.normalize('NFKC'), SENT],
    ['the full-width form', 'ａ ｈａｒｂｏｕｒ', 'a harbour'],
    ['other quotes and dashes', SENT.replaceAll(/[“”]/g, '"').replaceAll(';', ' –'), SENT],
    ['without accents', SENT.normalize('NFD').replaceAll(/\p{M}/gu, ''), SENT],
    ['in lower case', SENT.toLowerCase(), SENT],
    ['cut short', SENT.slice(0, 40), SENT],
    ['cut short with a sign of it', `${SENT.slice(0, 60)}…`, SENT],
    ['cut short with words for it', `${SENT.slice(0, 60)}... (truncated)`, SENT],
    ['cut short with a count', `${SENT.slice(0, 60)}…[52 more characters]`, SENT],
    ['cut short with words alone', `${SENT.slice(0, 60)} [text omitted]`, SENT],
    ['cut in its middle with a count', `${SENT.slice(0, 40)} ...[30 omitted]... ${SENT.slice(-30)}`, SENT],
    ['cut in its middle', `${SENT.slice(0, 40)} … ${SENT.slice(-30)}`, SENT],
    ['cut at its beginning', SENT.slice(50), SENT],
    ['in quotes with a heading', `Prompt: "${SENT}"`, SENT],
    ['with a style behind it', `${SENT} Cinematic, 4k, award-winning photography, film grain.`, SENT],
    ['unreadable letters', SENT.replaceAll(/[^ -~]/g, '?'), SENT],
    ['UTF-8 taken for Latin-1', Buffer.from(CHINESE).toString('latin1'), CHINESE],
    ['UTF-8 taken for the code page of Windows', taken(FRENCH), FRENCH],
    [
      'ASCII for other letters',
      'Grosse Strasse bei Lodz, aerobatics, smorrebrod',
      'Große Straße bei Łódź, ærobatics, smørrebrød',
    ],
    ['nothing readable', '???????', CHINESE],
    ['a letter that was lost here and there', SENT.replaceAll('g', ''), SENT],
    ['neither with a prompt', '', ''],
  ])('%s is similar', (_name, shown, sent) => {
    expect(likenessOf(shown, sent)).toBe('similar');
  });

  it.each<[string, string, string]>([
    ['another short text', 'a castle at night', 'a harbour'],
    ['another long text', buildEnhancedPrompt({ id: 'a', name: 'Giza' }, { id: 'b', name: 'Today' }), SENT],
    ['Chinese about something else', '雪山上的寺庙，夜晚，远处有灯光。', CHINESE],
    ['a prompt where none was sent', SENT, ''],
    ['one of another name', SENT.replace('Besançon', 'Besançom'), SENT],
    ['one of another year', SENT.replace('1900', '1901'), SENT],
    ['one of another year in brackets', 'An old bridge (1900)', 'An old bridge (1901)'],
    ['one that is encoded, of another year', encodeURIComponent(SENT.replace('1900', '1901')), SENT],
    ['one of a similar place', 'An old bridge, s0, today.', 'An old bridge, s1, today.'],
    ['one in other words', SENT.replace('steamers', 'rowing boats'), SENT],
  ])('%s is different', (_name, shown, sent) => {
    expect(likenessOf(shown, sent)).toBe('different');
  });

  it('tells the eras of every spot in the catalogue apart', () => {
    const alike = spots.flatMap((spot) =>
      spot.eras.flatMap((one) =>
        spot.eras
          .filter((other) => one !== other)
          .map((other) => [one, other].map((era) => buildEnhancedPrompt(spot, era)))
          .filter(([a = '', b = '']) => likenessOf(a, b) !== 'different'),
      ),
    );
    expect(alike).toEqual([]);
  });
});
