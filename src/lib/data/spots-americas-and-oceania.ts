import type { SpotWithEras } from '#lib/wanx/spot.ts';

/** Each spot's description fixes one viewpoint and one light for all its eras, so that their videos can be compared. */
export const americanAndOceanianSpots: readonly SpotWithEras[] = [
  {
    id: 'times-square',
    name: 'Times Square',
    location: 'New York City, USA',
    description:
      'A long open junction where Broadway crosses Seventh Avenue between tall fronts, seen looking south at blue dusk.',
    eras: [
      {
        id: '1908',
        name: 'Early Motor Age',
        period: '1905–1910',
        year: 1908,
        description:
          'A slim tower of granite and terracotta stands alone above brick theatres and hotels. Electric streetcars, hansom cabs and a few open motor cars share the granite-block roadway, men in derbies and women in long skirts and broad hats walk by, and round street globes begin to glow.',
      },
      {
        id: '1955',
        name: 'The Fifties',
        period: '1950s',
        year: 1955,
        description:
          'Walls of coloured bulbs and neon tubes in abstract shapes glow above theatre canopies. Rounded taxis and chrome-trimmed sedans roll past, and people in overcoats, felt hats and full skirts fill the pavements.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'Tall screens of soft abstract colour cover towers of glass and steel above wide pedestrian plazas and glowing red steps. People in everyday jackets wander and pause, and yellow cabs and bicycles wait at the crossing.',
      },
    ],
  },
  {
    id: 'machu-picchu',
    name: 'Machu Picchu',
    location: 'Andes, Peru',
    description:
      'A stone town on a high green ridge between steep forested peaks, terraces falling away on both sides, seen from above in clearing morning mist.',
    eras: [
      {
        id: 'inca',
        name: 'Inca Estate',
        period: 'c. 1470',
        year: 1470,
        description:
          'The town is whole: fitted grey granite walls under steep roofs of golden thatch, and terraces green with maize. People in woven wool tunics and mantles carry bundles along stone stairs, llamas graze on the plaza, and thin smoke rises through the roofs.',
      },
      {
        id: '1912',
        name: 'First Excavations',
        period: '1912',
        year: 1912,
        description:
          'Roofless granite walls emerge from freshly cut forest, with vines, ferns and fallen blocks still on the terraces. Workers in ponchos and felt hats carry brush away, and pack mules stand by a canvas tent.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'Roofless granite walls stand clean among close-cropped green terraces, with thatch restored on a few small houses. Visitors in bright rain jackets and sun hats follow stone paths, and llamas graze on the plaza.',
      },
    ],
  },
  {
    id: 'golden-gate',
    name: 'Golden Gate Bridge',
    location: 'San Francisco, USA',
    description:
      'A suspension bridge over the mile-wide strait between the city and the Marin hills, seen from the southern shore in low morning sun and drifting fog.',
    eras: [
      {
        id: '1936',
        name: 'Under Construction',
        period: '1936',
        year: 1936,
        description:
          'Two finished orange-red steel towers hold the new main cables, and the deck grows outward from both, its ends still far apart, with travelling cranes at the edges and a safety net below. Riveters in hard hats and overalls work above tugs and barges on grey water.',
      },
      {
        id: '1955',
        name: 'Postwar Years',
        period: '1950s',
        year: 1955,
        description:
          'The complete orange-red bridge carries rounded sedans and delivery trucks with chrome trim. Families in cotton dresses, light suits and hats look out beside cars parked on the bluff, and a freighter moves out to sea.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The orange-red bridge carries a steady flow of everyday cars, with walkers and cyclists in helmets on the path. Coastal scrub and wild flowers cover the bluff, and sailing boats lean in the wind.',
      },
    ],
  },
  {
    id: 'bennelong-point',
    name: 'Bennelong Point',
    location: 'Sydney Harbour, Australia',
    description:
      'A low headland in blue harbour water beside Circular Quay and the Botanic Gardens, seen from the water in clear morning sun.',
    eras: [
      {
        id: '1910',
        name: 'Tram Depot Years',
        period: 'c. 1910',
        year: 1910,
        description:
          'A brick tram depot with crenellated walls and corner turrets, like a toy fort, fills the point, and electric trams roll in under overhead wires. Passengers in straw boaters, white blouses and long skirts leave the ferry wharves, and timber ferries with tall funnels trail smoke.',
      },
      {
        id: '1965',
        name: 'Shells Rising',
        period: '1965',
        year: 1965,
        description:
          'Unfinished opera house shells of bare grey concrete ribs rise from a broad concrete podium among tower cranes and steel scaffolding. Builders in shorts and singlets guide a hanging rib, and a harbour ferry passes.',
      },
      {
        id: 'today',
        name: 'Today',
        period: '2020s',
        year: 2025,
        description:
          'The white-tiled shells of the Opera House gleam above a podium of pink granite and broad steps. Visitors in light clothes stroll on the forecourt, gulls circle, and green-and-cream ferries leave the quay.',
      },
    ],
  },
];
