import { cleanText } from './prompt-text.ts';
import type { Era } from './spot.ts';

/** What is common to all places of a coarse period. Wording is kept free of any one culture's dress or vehicles. */
export interface PeriodLook {
  key: string;
  /** Completes "Everything in view is true to …". */
  label: string;
  /** Materials, dress and transport: said only where the era has no description of its own to contradict. */
  world: string;
  /** Exclusions turned into what is there instead, for models that take no negative prompt. */
  instead: string;
  /** What was not there yet, for the negative prompt. */
  absent: readonly string[];
}

interface DatedLook extends PeriodLook {
  /** First year that no longer belongs here; years BC are negative. */
  beforeYear: number;
  /** Words of an era's name or period that mean this look when no year is given. */
  words: RegExp;
}

const BEFORE_MACHINES = ['cars', 'asphalt', 'street lamps', 'power lines', 'modern buildings', 'plastic', 'aircraft'];
const HAND_AND_FLAME =
  'Every surface is hand-worked, light comes from sun and flame alone, and all movement from people, animals, wind and water';

const LOOKS: readonly DatedLook[] = [
  {
    key: 'antiquity',
    beforeYear: 500,
    words:
      /\b(?:antiquity|ancient|classical|roman|pharaonic|old kingdom|bronze age|iron age|hellenistic|prehistoric)\b/i,
    label: 'the ancient world',
    world: 'hand-cut stone, timber, clay and handwoven cloth, people on foot, pack animals and small boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'glass windows', 'tourists'],
  },
  {
    key: 'medieval',
    beforeYear: 1500,
    words: /\b(?:medieval|mediaeval|middle ages|gothic|romanesque|viking|byzantine|feudal)\b/i,
    label: 'the medieval centuries',
    world: 'hand-worked timber, stone and thatch, homespun cloth, people on foot, animals and small boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'tourists'],
  },
  {
    key: 'early-modern',
    beforeYear: 1800,
    words: /\b(?:renaissance|baroque|early modern|colonial|enlightenment|tudor|georgian|edo|ming)\b/i,
    label: 'the age before machines',
    world: 'timber, brick and dressed stone, local dress in natural dyes, people on foot, animals and wooden boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'tourists'],
  },
  {
    key: 'nineteenth-century',
    beforeYear: 1900,
    words: /\b(?:victorian|industrial revolution|industrial age|gilded age|belle [ée]poque|meiji|regency)(?!\p{L})/iu,
    label: 'the nineteenth century',
    world: 'brick, stone, iron and timber, buttoned wool and cotton dress, animal-drawn carts and drifting coal smoke',
    instead: 'Light comes from sun, gas and oil flame, and all movement from people, animals, wind, water and steam',
    absent: ['cars', 'asphalt', 'neon', 'power lines', 'plastic', 'aircraft', 'glass skyscrapers', 'modern clothing'],
  },
  {
    key: 'early-twentieth-century',
    beforeYear: 1940,
    words: /\b(?:edwardian|jazz age|art deco|roaring twenties|interwar|turn of the century)\b/i,
    label: 'the early twentieth century',
    world: 'brick, stone and riveted iron, hats and tailored cloth, carts beside a few upright early motor cars',
    instead:
      'Every machine is mechanical, of iron, steel, brass and timber, and every garment is of woven natural cloth',
    absent: [
      'modern cars',
      'plastic',
      'glass skyscrapers',
      'jet aircraft',
      'screens',
      'smartphones',
      'modern clothing',
    ],
  },
  {
    key: 'mid-twentieth-century',
    beforeYear: 1970,
    words: /\b(?:post-?war|mid-?century|atomic age|space age)\b/i,
    label: 'the mid twentieth century',
    world: 'concrete, brick and chrome, neat suits, hats and cotton dresses, rounded cars and buses',
    instead: 'Every object and garment is a design of those decades, in painted steel, chrome, glass and wool',
    absent: ['modern cars', 'LED screens', 'smartphones', 'satellite dishes', 'glass skyscrapers', 'modern clothing'],
  },
  {
    key: 'late-twentieth-century',
    beforeYear: 2000,
    words: /\b(?:cold war|disco|late twentieth|eighties|nineties)\b/i,
    label: 'the late twentieth century',
    world: 'concrete, steel and glass, casual clothes in plain colours, boxy cars and buses',
    instead: 'Every object and garment is a design of those decades, plain and slightly worn',
    absent: ['current car models', 'smartphones', 'flat screens', 'LED signs', 'electric scooters'],
  },
  {
    key: 'contemporary',
    beforeYear: 2050,
    words: /\b(?:today|present|contemporary|modern|now|nowadays|current|21st century|twenty-first century)\b/i,
    label: 'the present day',
    world: 'weathered and new materials side by side, everyday casual clothes, quiet present-day traffic',
    instead: 'Every object and garment is plain, everyday and of today',
    absent: ['period costumes', 'horse-drawn traffic'],
  },
  {
    key: 'future',
    beforeYear: Number.POSITIVE_INFINITY,
    words: /\b(?:future|futuristic|tomorrow)\b/i,
    label: 'a plausible near future',
    world: 'clean restored materials, abundant planting, light practical clothes, silent electric vehicles',
    instead: 'Every new thing is modest, well made and at home beside the old',
    absent: ['combustion cars', 'ruins', 'spaceships', 'robots'],
  },
];

const UNKNOWN: PeriodLook = {
  key: 'unknown',
  label: 'one and the same period',
  world: 'materials, dress and means of transport that agree with each other and with the place',
  instead: 'Every object and garment agrees with the others in age',
  absent: ['anachronisms'],
};

const CENTURY =
  /\b(early|late|turn of the|end of the)?\s*(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)[\s-]+(?:centur(?:y|ies)|c\.)/i;
const CENTURY_CHINESE = /(\d{1,2})\s*世纪/u;
const BEFORE_CHRIST = /\b(?:BCE?|B\.C\.)(?!\p{L})|公元前/u;
const OPEN_END = /\b(?:today|present|now)\b/i;
const YEARS = /\d{1,4}/g;
/** Years from the start of a century to the part of it that a word names. */
const WITHIN_CENTURY: Readonly<Record<string, number>> = { 'turn of the': 0, early: 15, late: 85, 'end of the': 95 };
const PRESENT_YEAR = 2025;

/** The look of the era's period: by its years, else by words such as "Victorian", else neutral wording. */
export function lookOf(era: Era): PeriodLook {
  const period = cleanText(era.period);
  const name = cleanText(era.name);
  const year = middleYear(period);
  return lookOfYear(year) ?? lookOfWords(period) ?? lookOfWords(name) ?? lookOfYear(middleYear(name)) ?? UNKNOWN;
}

function lookOfYear(year: number | undefined): PeriodLook | undefined {
  return year === undefined ? undefined : LOOKS.find((look) => year < look.beforeYear);
}

function lookOfWords(text: string): PeriodLook | undefined {
  return LOOKS.find((look) => look.words.test(text));
}

/**
 * The middle of what a period text says: "1889–1914" is 1901, "c. 430 BC" is -430, "12th century" is 1150, "1920s" is 1920.
 * An open end ("1990–today") counts as the present. undefined when the text holds no year.
 */
export function middleYear(text: string): number | undefined {
  const sign = BEFORE_CHRIST.test(text) ? -1 : 1;
  const century = centuryYear(text);
  if (century !== undefined) return sign * century;
  const [first, second] = (text.match(YEARS) ?? []).map((digits) => Number(digits));
  if (first === undefined) return undefined;
  if (OPEN_END.test(text)) return PRESENT_YEAR;
  return sign * Math.floor((first + endOfRange(first, second)) / 2);
}

function centuryYear(text: string): number | undefined {
  const named = CENTURY.exec(text);
  const number = named?.[2] ?? CENTURY_CHINESE.exec(text)?.[1];
  if (number === undefined) return undefined;
  const within = WITHIN_CENTURY[named?.[1]?.toLowerCase() ?? ''] ?? 50;
  return (Number(number) - 1) * 100 + within;
}

/** "1914–18" means 1918; any other second number that is smaller stands as it is (447–432 BC). */
function endOfRange(start: number, end: number | undefined): number {
  if (end === undefined) return start;
  if (end >= start || end > 99) return end;
  return Math.floor(start / 100) * 100 + end;
}
