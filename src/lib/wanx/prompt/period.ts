import type { Era } from '#lib/wanx/spot.ts';
import { cleanText } from './text.ts';

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
}

const BEFORE_MACHINES = ['cars', 'asphalt', 'street lamps', 'power lines', 'modern buildings', 'plastic', 'aircraft'];
const HAND_AND_FLAME =
  'Every surface is hand-worked, light comes from sun and flame alone, and all movement from people, animals, wind and water';

const LOOKS: readonly DatedLook[] = [
  {
    key: 'prehistory',
    beforeYear: -4000,
    label: 'prehistoric times',
    world: 'open land and wild plants, and where there are people, hide, bone, wood and rough stone',
    instead: 'Light comes from sun and flame alone, and all movement from people, animals, wind and water',
    absent: [...BEFORE_MACHINES, 'modern clothing', 'glass windows', 'brick walls', 'tourists'],
  },
  {
    key: 'antiquity',
    beforeYear: 500,
    label: 'the ancient world',
    world: 'hand-cut stone, timber, clay and handwoven cloth, people on foot, pack animals and small boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'glass windows', 'tourists'],
  },
  {
    key: 'medieval',
    beforeYear: 1500,
    label: 'the medieval centuries',
    world: 'hand-worked timber, stone and thatch, homespun cloth, people on foot, animals and small boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'tourists'],
  },
  {
    key: 'early-modern',
    beforeYear: 1800,
    label: 'the age before machines',
    world: 'timber, brick and dressed stone, local dress in natural dyes, people on foot, animals and wooden boats',
    instead: HAND_AND_FLAME,
    absent: [...BEFORE_MACHINES, 'modern clothing', 'tourists'],
  },
  {
    key: 'nineteenth-century',
    beforeYear: 1900,
    label: 'the nineteenth century',
    world: 'brick, stone, iron and timber, buttoned wool and cotton dress, animal-drawn carts and drifting coal smoke',
    instead: 'Light comes from sun, gas and oil flame, and all movement from people, animals, wind, water and steam',
    absent: ['cars', 'asphalt', 'neon', 'power lines', 'plastic', 'aircraft', 'glass skyscrapers', 'modern clothing'],
  },
  {
    key: 'early-twentieth-century',
    beforeYear: 1940,
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
    label: 'the mid twentieth century',
    world: 'concrete, brick and chrome, neat suits, hats and cotton dresses, rounded cars and buses',
    instead: 'Every object and garment is a design of those decades, in painted steel, chrome, glass and wool',
    absent: ['modern cars', 'LED screens', 'smartphones', 'satellite dishes', 'glass skyscrapers', 'modern clothing'],
  },
  {
    key: 'late-twentieth-century',
    beforeYear: 2000,
    label: 'the late twentieth century',
    world: 'concrete, steel and glass, casual clothes in plain colours, boxy cars and buses',
    instead: 'Every object and garment is a design of those decades, plain and slightly worn',
    absent: ['current car models', 'smartphones', 'flat screens', 'LED signs', 'electric scooters'],
  },
  {
    key: 'contemporary',
    beforeYear: 2050,
    label: 'the present day',
    world: 'weathered and new materials side by side, everyday casual clothes, quiet present-day traffic',
    instead: 'Every object and garment is plain, everyday and of today',
    absent: ['period costumes', 'horse-drawn traffic'],
  },
  {
    key: 'future',
    beforeYear: Number.POSITIVE_INFINITY,
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

/** "1888", "c. 1888", "1880s", "1885–1890": any other date belongs in `year`. */
const PLAIN_YEARS = /^(?:c\. ?)?(\d{4})s?(?: ?[-–] ?(\d{4})s?)?$/;

/**
 * The look of the era's `year`. Without one, of a period (or a name where there is no period) that is nothing but years
 * of one look: a wrong century would shut out of the picture what belongs into it.
 */
export function lookOf(era: Era): PeriodLook {
  if (typeof era.year === 'number') return lookOfYear(era.year);
  const [, from, to = from] = PLAIN_YEARS.exec(cleanText(era.period) || cleanText(era.name)) ?? [];
  if (from === undefined) return UNKNOWN;
  const look = lookOfYear(Number(from));
  return lookOfYear(Number(to)) === look ? look : UNKNOWN;
}

function lookOfYear(year: number): PeriodLook {
  return LOOKS.find((look) => year < look.beforeYear) ?? UNKNOWN;
}
