import { expect, it } from 'vitest';
import { videosOf } from '#lib/fal/answers/result-videos.ts';

const A = 'https://v3b.fal.media/files/b/a.mp4';
const B = 'https://v3b.fal.media/files/b/b.webm';
const BARE = 'https://v3b.fal.media/files/b/x1y2';

it.each<[unknown, string[]]>([
  [{ video: { url: A } }, [A]],
  [{ video: { url: A, content_type: 'video/mp4', file_size: 9 }, seed: 1 }, [A]],
  [{ videos: [{ url: A }, { url: B }] }, [A, B]],
  [{ output: { clip: A } }, [A]],
  [{ output: [A] }, [A]],
  [{ data: { video: { url: A, content_type: null, file_size: null } } }, [A]],
  [{ outputs: { '12': { videos: [{ url: A, content_type: 'application/octet-stream' }] } } }, [A]],
  [{ video_url: BARE }, [BARE]],
  [{ video: { url: BARE } }, [BARE]],
  [{ file: { url: BARE, content_type: 'video/webm' } }, [BARE]],
  [{ video: { url: A }, download: { url: A } }, [A]],
  // Where only the name of the file says it.
  [{ output: { url: BARE, file_name: 'output.mp4', content_type: 'application/octet-stream' } }, [BARE]],
  [{ video: { url: BARE, file_name: 'preview.png' } }, []],
  // What belongs to a video and is none.
  [{ video: { url: A, thumbnail: { url: BARE } }, poster: 'https://h/p.jpg' }, [A]],
  [{ video: { url: A }, audio: { url: 'https://h/a.wav' }, timings: { inference: 2 } }, [A]],
  [{ video: { url: BARE, content_type: 'image/png' } }, []],
  [{ images: [{ url: 'https://h/i.png', content_type: 'image/png' }] }, []],
  [{ video_thumbnail: BARE }, []],
  [{ link: BARE }, []],
  [{ seed: 1 }, []],
  [{ video: { url: 'data:video/mp4;base64,AAAA' } }, []],
  [{ prompt: `a film like ${A}` }, []],
  [null, []],
  ['', []],
])('finds in %j', (result, urls) => {
  expect(videosOf(result).map(({ url }) => url)).toEqual(urls);
});

it('does not take what was put in for what came out', () => {
  const input = { video_url: A, references: [{ video: B }] };
  expect(videosOf({ input, video: { url: BARE } }, input).map(({ url }) => url)).toEqual([BARE]);
});

it.each([
  [{ video: { url: A } }, 'mp4'],
  [{ video: { url: B } }, 'webm'],
  [{ video: { url: BARE, content_type: 'video/webm' } }, 'webm'],
  [{ video: { url: BARE, content_type: 'video/quicktime' } }, 'mov'],
  [{ video: { url: 'https://h/a.MOV?x=1.mp4' } }, 'mov'],
  [{ video: { url: BARE } }, 'mp4'],
  [{ video: { url: BARE, file_name: 'out.webm' } }, 'webm'],
])('names the file of %j', (result, extension) => {
  expect(videosOf(result)[0]?.extension).toBe(extension);
});
