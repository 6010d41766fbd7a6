import type { SpotWithEras } from '#lib/wanx/spot.ts';

/** Each spot's description fixes one viewpoint and one light for all its eras, so that their videos can be compared. */
export const africanAndAsianSpots: readonly SpotWithEras[] = [
  {
    id: 'giza',
    name: 'Pyramids of Giza',
    location: 'Giza Plateau, Egypt',
    description:
      'Three great stone pyramids on a desert plateau above the green Nile valley, seen from the south-east in low golden morning sun.',
    eras: [
      {
        id: 'old-kingdom',
        name: 'Old Kingdom',
        period: 'c. 2500 BC',
        year: -2500,
        description:
          'The pyramids are new, cased in smooth white limestone with sharp edges, above pale causeways, temples and a harbour basin. Workers and scribes in white linen kilts walk beside laden donkeys, and wooden boats lie moored among palms.',
      },
      {
        id: '1880',
        name: 'Age of Travellers',
        period: '1880–1885',
        year: 1880,
        description:
          'The weathered, stepped pyramids have lost nearly all their casing, and the Sphinx lies buried to the shoulders in drifted sand. Local guides in long cotton robes lead camels and donkeys, with visitors in pale linen suits, sun helmets and long dresses.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'Stepped slopes of honey-coloured blocks, one with a smooth cap of old casing at its peak, rise beside paved plateau roads, and the dense city reaches the edge of the sand. Visitors in sun hats walk past resting camels with woven saddlecloths and a white shuttle bus.',
      },
    ],
  },
  {
    id: 'galata-tower',
    name: 'Galata Tower',
    location: 'Istanbul, Türkiye',
    description:
      'A massive round tower of rubble stone on the hill above the Golden Horn, steep lanes of houses below it, seen from the south in hazy morning sun.',
    eras: [
      {
        id: '1400',
        name: 'Genoese Galata',
        period: 'c. 1400',
        year: 1400,
        description:
          'The tower, with a tall conical roof, stands at the top of the merchant town, joined to crenellated walls and a ditch. Traders in long wool gowns and felt hats and mules with bales climb an earthen lane, and wooden sailing ships lie in the harbour.',
      },
      {
        id: '1900',
        name: 'Late Ottoman Istanbul',
        period: '1895–1905',
        year: 1900,
        description:
          'The tower ends in two stepped round storeys with windows, a lookout for fires, above close-set houses of timber and stone. Men in fezzes and dark coats, women in long cloaks, and porters with loads on their backs climb the cobbled lane.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The tower, with its pointed conical roof restored and its masonry cleaned, stands over a paved square of apartment houses and café tables. Visitors in everyday clothes climb the lane, gulls circle, and white ferries cross the water beyond.',
      },
    ],
  },
  {
    id: 'petra',
    name: 'Petra Treasury',
    location: 'Wadi Musa, Jordan',
    description:
      'A two-storey façade carved into a rose-coloured sandstone cliff where a narrow gorge opens, seen from the gorge in soft morning sun.',
    eras: [
      {
        id: 'nabataean',
        name: 'Nabataean Kingdom',
        period: 'c. AD 50',
        year: 50,
        description:
          'The façade is newly carved, its columns, urn and reliefs sharp and whole, above a court of stone paving. Traders in draped tunics and head cloths lead laden camels past a rock-cut water channel.',
      },
      {
        id: '1840',
        name: 'Age of Travellers',
        period: '1835–1845',
        year: 1840,
        description:
          'One column of the porch has fallen, and the court is deep in gravel, oleander and tamarisk. Bedouin in striped cloaks and head cloths rest with camels, and a traveller in a linen coat sketches from a rock.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The worn façade, its fallen porch column rebuilt, glows above a court of raked sand. Visitors in light trousers and sun hats look up, and Bedouin guides wait beside camels with bright woven saddles.',
      },
    ],
  },
  {
    id: 'nihonbashi',
    name: 'Nihonbashi Bridge',
    location: 'Tokyo, Japan',
    description:
      'A bridge over the narrow Nihonbashi River in the heart of the old merchant quarter, seen from the bank in clear morning sun.',
    eras: [
      {
        id: 'edo',
        name: 'Edo Period',
        period: '1830s',
        year: 1830,
        description:
          'A humped bridge of bare timber with bronze caps on its posts stands between white-walled storehouses, and snowy Mount Fuji shows far away. Porters with shoulder poles, merchants in dark cotton kimono and fishmongers with baskets cross, while flat wooden boats unload fish.',
      },
      {
        id: '1915',
        name: 'Taishō Era',
        period: '1912–1920',
        year: 1915,
        description:
          'A new bridge of pale granite, two low arches with bronze lanterns, carries electric trams, rickshaws and hand-drawn carts. People in kimono or Western suits pass between brick and stone buildings, and wooden barges move on the river.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The weathered granite bridge with its bronze lanterns lies in the shade of an elevated expressway on steel piers, among tall office buildings. Office workers in dark suits, taxis and a small sightseeing boat pass slowly.',
      },
    ],
  },
  {
    id: 'the-bund',
    name: 'The Bund',
    location: 'Shanghai, China',
    description:
      'A curving riverfront of stately stone buildings on the west bank of the Huangpu River, seen along the embankment in hazy morning sun.',
    eras: [
      {
        id: '1930',
        name: 'Art Deco Shanghai',
        period: 'c. 1930',
        year: 1930,
        description:
          'Granite fronts with columns, a clock tower and a steep green pyramid roof line a busy road of trams, rickshaws and upright black motor cars. Men in long gowns or pale suits and women in slim qipao walk by the water, where sampans and steamers crowd the quay.',
      },
      {
        id: '1985',
        name: 'Bicycle Years',
        period: '1980s',
        year: 1985,
        description:
          'Soot-darkened granite fronts face streams of black bicycles and a few boxy trolley buses. People in white shirts and plain blue or grey jackets practise slow exercises along the river wall, and low warehouses and barges line the far bank.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The cleaned granite fronts look over a wide raised promenade to the glass towers of Pudong, one of them a mast with round pink spheres. Strollers in casual clothes lean on the railing, and sightseeing boats and barges pass.',
      },
    ],
  },
];
