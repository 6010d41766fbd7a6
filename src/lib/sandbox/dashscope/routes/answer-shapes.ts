import type { SandboxTask } from '#lib/sandbox/dashscope/world/task-book.server.ts';

/** What the answer about a finished task of a model holds, by the provider's model pages. */
export interface AnswerShape {
  /** Where the link is. */
  link: 'video_url' | 'results' | 'output_video_url';
  /** Which prompts are repeated: none, the one that was sent, or also the one that it was extended to. */
  prompts: 'none' | 'original' | 'extended';
  /** What the task is charged by. */
  usage(task: SandboxTask): object;
  /** Of a failed task; the pages of most models show one without times. */
  failureHasTimes: boolean;
}

const tierOf = ({ tier }: SandboxTask) => ({ SR: Number.parseInt(tier, 10) });

/** Models from 2.6 on: input and output are charged together. */
const split = (task: SandboxTask) => ({
  duration: task.inputSeconds + task.durationSeconds,
  input_video_duration: task.inputSeconds,
  output_video_duration: task.durationSeconds,
  video_count: 1,
  ...tierOf(task),
});
const pixels = ({ width, height }: SandboxTask) => `${width}*${height}`;
const NEWER = { link: 'video_url', prompts: 'original', usage: split, failureHasTimes: false } as const;
const OLDER = { ...NEWER, prompts: 'extended' } as const;
const PORTRAIT = { ...NEWER, link: 'results', prompts: 'none' } as const;

const withSize: AnswerShape = { ...NEWER, usage: (task) => ({ ...split(task), size: pixels(task) }) };
const withRatio: AnswerShape = { ...NEWER, usage: (task) => ({ ...split(task), ratio: task.ratio }) };
/** Not the pixels but the word "standard" stands in `video_ratio`. */
const standard: AnswerShape = {
  ...OLDER,
  usage: ({ durationSeconds }) => ({ video_duration: durationSeconds, video_ratio: 'standard', video_count: 1 }),
};

const SHAPES: ReadonlyArray<[RegExp, AnswerShape]> = [
  [/^happyhorse-.*-(t2v|r2v)$/, withRatio],
  [/^happyhorse-/, NEWER],
  [/^wan3\.0-/, { ...NEWER, usage: (task) => ({ ...split(task), ratio: task.ratio, fps: 30 }) }],
  [/^wan2\.7-(t2v|r2v)/, withRatio],
  [/^wan2\.7-/, NEWER],
  [/^wan2\.6-i2v-flash$/, { ...NEWER, usage: (task) => ({ ...split(task), audio: task.audio }) }],
  [/^wan2\.6-i2v/, NEWER],
  [/^wan2\.6-/, withSize],
  [
    /^wan2\.2-animate-/,
    { ...PORTRAIT, usage: ({ durationSeconds, mode }) => ({ video_duration: durationSeconds, video_ratio: mode }) },
  ],
  [/^wan2\.2-s2v$/, { ...PORTRAIT, usage: ({ durationSeconds }) => ({ video_duration: durationSeconds }) }],
  [
    /^video-style-transform$/,
    {
      ...{ link: 'output_video_url', prompts: 'none', failureHasTimes: true },
      usage: (task) => ({ duration: task.durationSeconds, ...tierOf(task) }),
    },
  ],
  [
    /^wan2\.2-kf2v/,
    { ...OLDER, usage: (task) => ({ video_duration: task.durationSeconds, video_count: 1, ...tierOf(task) }) },
  ],
  [
    /^wan2\.[25]-i2v/,
    { ...OLDER, usage: (task) => ({ duration: task.durationSeconds, video_count: 1, ...tierOf(task) }) },
  ],
  [/^wanx?2\.1-(i2v|kf2v|vace)/, standard],
  [
    /^wanx?2\./,
    {
      ...OLDER,
      usage: (task) => ({ video_duration: task.durationSeconds, video_ratio: pixels(task), video_count: 1 }),
    },
  ],
];

export function answerShapeOf(model: string): AnswerShape {
  return SHAPES.find(([name]) => name.test(model))?.[1] ?? NEWER;
}
