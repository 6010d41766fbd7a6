import type { Era } from '#lib/wanx/spot.ts';
import { cleanText } from './text.ts';
import { yearsOf } from './years.ts';

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
  /** What in an era's name or period means this look when no year is given. */
  words: RegExp;
}

const BEFORE_MACHINES = ['cars', 'asphalt', 'street lamps', 'power lines', 'modern buildings', 'plastic', 'aircraft'];
const HAND_AND_FLAME =
  'Every surface is hand-worked, light comes from sun and flame alone, and all movement from people, animals, wind and water';

const LOOKS: readonly DatedLook[] = [
  {
    key: 'prehistory',
    beforeYear: -4000,
    words: word(
      'prehistor(?:y|ic)|stone age|ice age|neolithic|pal(?:a?e)olithic|mesolithic|jurassic|cretaceous|triassic|dinosaurs?',
    ),
    label: 'prehistoric times',
    world: 'open land and wild plants, and where there are people, hide, bone, wood and rough stone',
    instead: 'Light comes from sun and flame alone, and all movement from people, animals, wind and water',
    absent: [...BEFORE_MACHINES, 'modern clothing', 'glass windows', 'brick walls', 'tourists'],
  },
  {
    key: 'antiquity',
    beforeYear: 500,
    words: word('antiquity|ancient|classical|roman|pharaonic|old kingdom|bronze age|iron age|hellenistic'),
    label: 'the ancient world',
    world: 'hand-cut stone, timber, clay and handwoven cloth, people on foot, pack animals and small boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'glass windows', 'tourists'],
  },
  {
    key: 'medieval',
    beforeYear: 1500,
    words: word('medieval|mediaeval|middle ages|gothic(?! reviv)|romanesque(?! reviv)|vikings?|byzantine|feudal'),
    label: 'the medieval centuries',
    world: 'hand-worked timber, stone and thatch, homespun cloth, people on foot, animals and small boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'tourists'],
  },
  {
    key: 'early-modern',
    beforeYear: 1800,
    // No "colonial" and no bare "Georgian": the one lasted into the age of cars, the other is a country's, too.
    words: word(
      '(?:renaissance|baroque)(?! reviv)|early modern|enlightenment|tudor|georgian (?:age|era|period|england|britain)|edo|ming',
    ),
    label: 'the age before machines',
    world: 'timber, brick and dressed stone, local dress in natural dyes, people on foot, animals and wooden boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'tourists'],
  },
  {
    key: 'nineteenth-century',
    beforeYear: 1900,
    words: word('victorian|industrial revolution|industrial age|gilded age|belle [ée]poque|meiji|regency'),
    label: 'the nineteenth century',
    world: 'brick, stone, iron and timber, buttoned wool and cotton dress, animal-drawn carts and drifting coal smoke',
    instead: 'Light comes from sun, gas and oil flame, and all movement from people, animals, wind, water and steam',
    absent: ['cars', 'asphalt', 'neon', 'power lines', 'plastic', 'aircraft', 'glass skyscrapers', 'modern clothing'],
  },
  {
    key: 'early-twentieth-century',
    beforeYear: 1940,
    words: word(
      'edwardian|jazz age|art deco|inter-?war|turn of the century|first world war|world war (?:1|i|one)|ww ?(?:1|i)|great war',
    ),
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
    words: word('post-?war|mid-?century|atomic age|space age|second world war|world war (?:2|ii|two)|ww ?(?:2|ii)'),
    label: 'the mid twentieth century',
    world: 'concrete, brick and chrome, neat suits, hats and cotton dresses, rounded cars and buses',
    instead: 'Every object and garment is a design of those decades, in painted steel, chrome, glass and wool',
    absent: ['modern cars', 'LED screens', 'smartphones', 'satellite dishes', 'glass skyscrapers', 'modern clothing'],
  },
  {
    key: 'late-twentieth-century',
    beforeYear: 2000,
    words: word('cold war|disco|late twentieth'),
    label: 'the late twentieth century',
    world: 'concrete, steel and glass, casual clothes in plain colours, boxy cars and buses',
    instead: 'Every object and garment is a design of those decades, plain and slightly worn',
    absent: ['current car models', 'smartphones', 'flat screens', 'LED signs', 'electric scooters'],
  },
  {
    key: 'contemporary',
    beforeYear: 2050,
    words: word('today|present|contemporary|(?<!early[ -])modern|now|nowadays|current'),
    label: 'the present day',
    world: 'weathered and new materials side by side, everyday casual clothes, quiet present-day traffic',
    instead: 'Every object and garment is plain, everyday and of today',
    absent: ['period costumes', 'horse-drawn traffic'],
  },
  {
    key: 'future',
    beforeYear: Number.POSITIVE_INFINITY,
    words: word('future|futuristic|tomorrow'),
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

/** The look of the era's period: by the years of its period, else of its name, else by words such as "Victorian". */
export function lookOf(era: Era): PeriodLook {
  const period = cleanText(era.period);
  const name = cleanText(era.name);
  return lookOfYears(period) ?? lookOfWords(period) ?? lookOfYears(name) ?? lookOfWords(name) ?? UNKNOWN;
}

function lookOfYears(text: string): PeriodLook | undefined {
  const years = yearsOf(text);
  if (!years) return undefined;
  const middle = Math.floor((years.from + years.to) / 2);
  return lookOfRange(indexOfYear(years.from), indexOfYear(years.to), indexOfYear(middle));
}

function indexOfYear(year: number): number {
  return LOOKS.findIndex((look) => year < look.beforeYear);
}

function lookOfWords(text: string): PeriodLook | undefined {
  const indexes = LOOKS.flatMap((look, index) => (look.words.test(text) ? [index] : []));
  const [first] = indexes;
  return first === undefined ? undefined : lookOfRange(first, indexes.at(-1) ?? first, first);
}

/**
 * A time that reaches over one border looks like its middle; one that reaches over more could look like any of them. Shut
 * out is only what was not there even at its end.
 */
function lookOfRange(first: number, last: number, middle: number): PeriodLook | undefined {
  if (first === last) return LOOKS[first];
  const absent = absentAtLast(first, last);
  const look = last - first === 1 ? LOOKS[middle] : undefined;
  return look ? { ...look, absent } : { ...UNKNOWN, absent: [...absent, ...UNKNOWN.absent] };
}

/** Things came one after the other, so what the last age lacks all lacked; only of today and tomorrow much had been there. */
function absentAtLast(first: number, last: number): readonly string[] {
  const isFromLivingMemory = LOOKS[first]?.key === 'late-twentieth-century';
  switch (LOOKS[last]?.key) {
    case 'future':
      return [];
    case 'contemporary':
      return isFromLivingMemory ? (LOOKS[last]?.absent ?? []) : [];
    default:
      return LOOKS[last]?.absent ?? [];
  }
}

/** The words on their own: "neoclassical" and "pre-Roman" are of another time. */
function word(alternatives: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}]|\\b(?:neo|pre|post|proto)[ -])(?:${alternatives})(?![\\p{L}\\p{N}])`, 'iu');
}
