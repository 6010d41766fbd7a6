import type { SpotWithEras } from '#lib/wanx/spot.ts';

/** Each spot's description fixes one viewpoint and one light for all its eras, so that their videos can be compared. */
export const europeanSpots: readonly SpotWithEras[] = [
  {
    id: 'eiffel-tower',
    name: 'Eiffel Tower',
    location: 'Paris, France',
    description:
      'A four-legged tower of wrought-iron lattice on the flat Champ de Mars beside the Seine, seen from the south-east in soft morning sun.',
    eras: [
      {
        id: '1888',
        name: 'Under Construction',
        period: '1888',
        year: 1888,
        description:
          'The tower is half built: four red-brown iron legs have joined at the first platform and rise towards the second, with small steam cranes climbing inside them and timber scaffolding below. Workmen in caps and smocks unload girders from horse-drawn drays on trampled earth.',
      },
      {
        id: '1900',
        name: 'Belle Époque',
        period: '1900',
        year: 1900,
        description:
          'The finished tower is painted from deep orange-yellow at the feet to pale yellow at the top, above gravel walks, flower beds and ornate white exhibition palaces. Women in long skirts and wide hats, men in bowlers and straw hats, and open horse carriages pass by.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The tower wears a warm yellow-brown coat above mown lawns and long rows of trimmed trees. Visitors in light jackets and trainers, a few cyclists and joggers cross the gravel paths.',
      },
    ],
  },
  {
    id: 'colosseum',
    name: 'Colosseum',
    location: 'Rome, Italy',
    description:
      'A great oval amphitheatre of stone arches in a shallow valley below the Palatine hill, seen from the west in warm late-afternoon sun.',
    eras: [
      {
        id: 'imperial',
        name: 'Imperial Rome',
        period: 'AD 90–120',
        year: 100,
        description:
          'The amphitheatre is complete: four storeys of pale travertine, statues in the upper arches, and timber masts around the rim for the canvas awning. Townspeople in tunics, togas and mantles stroll over smooth paving past a tall cone-shaped fountain.',
      },
      {
        id: 'grand-tour',
        name: 'Age of the Grand Tour',
        period: '1760–1780',
        year: 1770,
        description:
          'The broken ring is a quiet ruin, its arches draped in ivy, fig and wild flowers, half sunk in earth and fallen blocks. Herdsmen rest with goats and two white oxen by a cart track, and travellers in frock coats and three-cornered hats sketch in the shade.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The cleaned travertine ruin is pale gold, its tall outer ring standing on one side and the lower inner ring on the other. Visitors in summer clothes with small backpacks cross dark basalt cobbles near umbrella pines.',
      },
    ],
  },
  {
    id: 'london-bridge',
    name: 'London Bridge',
    location: 'London, England',
    description:
      'A long, low crossing of the River Thames between the City and Southwark, seen from the water under bright overcast daylight.',
    eras: [
      {
        id: '1600',
        name: 'Elizabethan London',
        period: 'c. 1600',
        year: 1600,
        description:
          'A row of small pointed stone arches on boat-shaped timber piers carries a street of tall half-timbered houses and a carved wooden mansion with onion domes. Watermen in wool caps row wherries on the fast brown river, and church towers rise over tiled roofs.',
      },
      {
        id: '1890',
        name: 'Victorian London',
        period: 'c. 1890',
        year: 1890,
        description:
          'Five wide arches of grey granite carry slow horse omnibuses, hansom cabs and wagons, and crowds in dark coats and bowler hats. Paddle steamers, sailing barges and coal smoke drift along brick wharves.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'Three long, flat spans of pale concrete and granite cross the river below towers of glass and steel. Red double-decker buses, cyclists and office workers on foot cross steadily, and a river ferry passes underneath.',
      },
    ],
  },
  {
    id: 'rialto-bridge',
    name: 'Rialto Bridge',
    location: 'Venice, Italy',
    description:
      'The old market crossing of the Grand Canal, with palaces and quays standing in green water, seen from a quay in clear morning sun.',
    eras: [
      {
        id: '1500',
        name: 'Renaissance Venice',
        period: 'c. 1500',
        year: 1500,
        description:
          'The bridge is of timber: two sloping ramps lined with wooden shops meet at a middle span that opens for masts. Slender gondolas with coloured cloth canopies glide past, men in short doublets, hose and small caps stand on the quay, and funnel-shaped chimneys crown the houses.',
      },
      {
        id: '1740',
        name: 'Late Venetian Republic',
        period: '1730–1750',
        year: 1740,
        description:
          'The bridge is a single white arch of Istrian stone carrying two rows of shops with a portico at the crown. Black gondolas and market boats heaped with baskets pass below, and people in dark cloaks, full skirts and three-cornered hats climb the steps.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The single arch of cleaned white Istrian stone carries its rows of small shops and a line of travellers in summer clothes. Water buses and black gondolas with rowers in striped shirts move through the canal below.',
      },
    ],
  },
  {
    id: 'parthenon',
    name: 'Parthenon',
    location: 'Athens, Greece',
    description:
      'A large Doric temple on the bare limestone summit of the Acropolis, seen from the north-west in clear morning sun.',
    eras: [
      {
        id: 'classical',
        name: 'Classical Athens',
        period: 'c. 430 BC',
        year: -430,
        description:
          'The temple is new and whole: crisp white Pentelic marble under a marble-tiled roof, with mouldings painted in blue and red. Citizens in draped linen and wool walk past bronze and marble statues, and olive groves spread over the plain below.',
      },
      {
        id: '1888',
        name: 'Age of Excavation',
        period: '1885–1890',
        year: 1888,
        description:
          'The roofless ruin, with wide gaps in its long colonnades, stands on freshly cleared rock among rows of marble fragments and heaps of earth. Workmen in waistcoats and white pleated kilts push wooden barrows, donkeys carry baskets, and visitors in dark suits and long skirts look on.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'Honey-coloured columns patched with new white marble stand under careful repair above the wide white city. Visitors in sun hats and light clothes follow a pale concrete path across the polished rock.',
      },
    ],
  },
];
