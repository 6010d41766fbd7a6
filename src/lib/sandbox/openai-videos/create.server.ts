import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import { outcomeOf, type VideoFault, type VideoFaultName } from './fault-kinds.ts';
import { jobAnswer } from './job-answer.ts';
import { MODELS, notOneOf, orderOf, promptRefusal, SECONDS, type VideoOrder } from './order.server.ts';
import { playFaults, refuse } from './play-faults.server.ts';
import { type ReadBody, readBody } from './read-body.server.ts';
import { invalid, noSuchVideo, usualRefusal, type VideoRefusal } from './refusal.ts';
import type { SandboxVideo } from './video-book.server.ts';
import { statusOf, type VideosWorld } from './videos-world.server.ts';

/** What an endpoint that makes a video reads from its fields. */
type ReadOrder = (fields: Record<string, unknown>) => Promise<(VideoOrder & { from?: string }) | VideoRefusal>;

export function handleCreate(world: VideosWorld, exchange: Exchange): Promise<void> {
  return create(world, exchange, (fields) => orderOf(fields, world.settings.strict));
}

/** Another prompt for a completed video. */
export function handleRemix(world: VideosWorld, exchange: Exchange, id: string): Promise<void> {
  return create(world, exchange, async ({ prompt }) => fromVideo(world, id, prompt));
}

export function handleEdit(world: VideosWorld, exchange: Exchange): Promise<void> {
  return create(world, exchange, async ({ prompt, video }) => fromVideo(world, idIn(video), prompt));
}

const LONGEST_STITCHED_SECONDS = 120;

export function handleExtension(world: VideosWorld, exchange: Exchange): Promise<void> {
  return create(world, exchange, async ({ prompt, video, seconds = '4' }) => {
    const order = fromVideo(world, idIn(video), prompt);
    if ('status' in order) return order;
    const stitched = Number(order.seconds) + Number(seconds);
    if (stitched > LONGEST_STITCHED_SECONDS)
      return invalid('seconds', 'The extended video is longer than 120 seconds.');
    return notOneOf('seconds', seconds, SECONDS) ?? { ...order, seconds: String(stitched) };
  });
}

function fromVideo(world: VideosWorld, id: string, prompt: unknown): (VideoOrder & { from: string }) | VideoRefusal {
  const source = world.book.find(id);
  if (!source) return noSuchVideo(id);
  if (statusOf(world, source) !== 'completed') return invalid('video', `Video ${id} is not completed.`);
  const { model, size, seconds } = source;
  return promptRefusal(prompt) ?? { prompt: String(prompt), model, size, seconds, from: id };
}

function idIn(video: unknown): string {
  return typeof video === 'object' && video !== null && 'id' in video ? String(video.id) : '';
}

async function create(world: VideosWorld, exchange: Exchange, read: ReadOrder): Promise<void> {
  const body = await readBody(exchange);
  const prompt = typeof body.fields?.prompt === 'string' ? body.fields.prompt : '';
  world.faults.noticeMarkers(prompt);
  const subject = { prompt, model: modelIn(body) };
  const faults = world.faults.take('create', subject);
  const note = (outcome: 'answered' | 'lost' | 'dropped' | 'refused', video?: SandboxVideo, accepted = false) => {
    const idempotencyKey = exchange.header('idempotency-key');
    const { status } = exchange.entry;
    const facts = { atMs: world.clock.now(), encoding: body.encoding, prompt, outcome, status, idempotencyKey };
    world.book.noteCreation({ ...facts, accepted, videoId: video?.id });
  };
  if (faults.has('dropped-create')) {
    exchange.noteFaults(faults.keys());
    note('dropped');
    return exchange.cut();
  }
  if (await playFaults(world, exchange, faults))
    return note(exchange.entry.status === undefined ? 'dropped' : 'refused');
  const order = encodingRefusal(body, faults) ?? (body.fields ? await read(body.fields) : usualRefusal(400));
  if ('status' in order) {
    refuse(exchange, order);
    return note('refused');
  }
  const known = knownVideo(world, exchange);
  const video = known ?? accept(world, exchange, order);
  exchange.entry.taskId = video.id;
  const isLost = faults.has('lost-create-answer') || faults.has('hung-create-answer');
  note(isLost ? 'lost' : 'answered', video, known === undefined);
  if (faults.has('lost-create-answer')) return exchange.cut();
  if (!isLost) exchange.sendJson(200, jobAnswer(world, video, faults));
}

function modelIn({ fields }: ReadBody): string {
  return typeof fields?.model === 'string' ? fields.model : (MODELS[0] ?? '');
}

function encodingRefusal({ encoding, fields }: ReadBody, faults: ReadonlyMap<VideoFaultName, VideoFault>) {
  if (encoding === 'other') return { ...usualRefusal(400), status: 415, message: 'Unsupported content type.' };
  const hasFile = fields?.input_reference instanceof Blob;
  const refused = faults.get(encoding === 'json' ? 'refuse-json' : 'refuse-multipart');
  if (!refused || hasFile) return undefined;
  const message = encoding === 'json' ? 'Field required' : 'A file is required in multipart/form-data.';
  return { ...usualRefusal(400), status: encoding === 'json' ? 422 : 400, message: refused.message ?? message };
}

function knownVideo({ settings, book }: VideosWorld, exchange: Exchange): SandboxVideo | undefined {
  const key = settings.honoursIdempotencyKeys ? exchange.header('idempotency-key') : undefined;
  return key === undefined ? undefined : book.findByKey(key);
}

function accept(world: VideosWorld, exchange: Exchange, order: VideoOrder & { from?: string }): SandboxVideo {
  const { prompt, model, size, seconds, from } = order;
  const fault = [...world.faults.take('job', { prompt, model }).values()][0];
  return world.book.accept({
    ...{ prompt, model, size, seconds, createdAtMs: world.clock.now(), durationMs: world.settings.durationMs },
    ...{ remixedFromVideoId: from, idempotencyKey: exchange.header('idempotency-key'), ...outcomeFields(fault) },
  });
}

/** What a scripted fault makes of a job. */
export function outcomeFields(fault: VideoFault | undefined): Pick<SandboxVideo, 'outcome' | 'failure'> {
  const outcome = outcomeOf(fault);
  if (outcome === 'moderation') {
    const code = fault?.code ?? 'moderation_blocked';
    return {
      outcome,
      failure: { code, message: fault?.message ?? 'Your request was blocked by our moderation system.' },
    };
  }
  if (outcome !== 'job-failed') return outcome === undefined ? {} : { outcome };
  const code = fault?.code ?? 'video_generation_failed';
  return { outcome, failure: { code, message: fault?.message ?? 'Video generation failed.' } };
}
