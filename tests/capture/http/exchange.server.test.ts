import { beforeAll, describe, expect, test } from 'vitest';
import { useCaptureCase } from '../../fixtures/capture-case.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { type Step, serve } from '../../fixtures/wire/fault-server.ts';

let video: Buffer;
beforeAll(async () => {
  video = await makeMp4({ sizeBytes: 200_000 });
});
const it = useCaptureCase();

describe('a server that drips', () => {
  const INTERIM = 'HTTP/1.1 103 Early Hints\r\n\r\n';
  const good = () => `HTTP/1.1 200 OK\r\ncontent-length: ${video.length}\r\n\r\n${video.toString('latin1')}`;
  const reply = (text: () => string): Step => {
    return (socket) => socket.end(Buffer.from(text(), 'latin1'));
  };
  /** Sends `piece` again and again, each after a time that the clock lets pass, then `ending`. */
  const drip = (
    opening: () => string,
    piece: string,
    ending: () => string,
    [times, everyMs]: [number, number],
  ): Step => {
    return (socket) => {
      const next = (left: number) => {
        if (left === 0) return socket.end(Buffer.from(ending(), 'latin1'));
        return socket.write(piece, (error) => {
          it.clock.advance(everyMs);
          if (!error) setImmediate(next, left - 1);
        });
      };
      socket.write(Buffer.from(opening(), 'latin1'), () => next(times));
    };
  };

  test('news of the answer to come is heard twenty times, and not once more', async () => {
    it.server.script(reply(() => INTERIM.repeat(20) + good()));
    expect(await it.capture()).toMatchObject({ attempts: 1 });
    const reasons: string[] = [];
    it.server.script(
      reply(() => INTERIM.repeat(21) + good()),
      serve(video),
    );
    await it.capture({}, { onProgress: (report) => report.stage === 'retrying' && reasons.push(report.reason) });
    expect(reasons).toEqual([expect.stringContaining('more than 20 interim responses')]);
  });

  test.each<[string, Step]>([
    [
      'a header',
      drip(
        () => 'HTTP/1.1 200 OK\r\nx: ',
        'x',
        () => good().slice(15),
        [300, 1000],
      ),
    ],
    ['news of the answer to come', drip(() => '', INTERIM, good, [15, 20_000])],
  ])('%s: is given up and asked again', async (_name, step) => {
    const reasons: string[] = [];
    it.server.script(step, serve(video));
    await it.capture({}, { onProgress: (report) => report.stage === 'retrying' && reasons.push(report.reason) });
    expect(reasons).toEqual(['the response headers arrived too slowly']);
    expect(it.finalBytes()?.equals(video)).toBe(true);
  });

  test('a head that takes its time, but not too much, is waited for', async () => {
    it.server.script(
      drip(
        () => 'HTTP/1.1 200 OK\r\nx: ',
        'x',
        () => good().slice(15),
        [100, 1000],
      ),
    );
    expect(await it.capture()).toMatchObject({ attempts: 1 });
  });

  const chunks = () => {
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    return `${head}${video.length.toString(16)}\r\n${video.toString('latin1')}\r\n0`;
  };
  const box = () => video.toString('latin1', 0, 8);
  const hours: [number, number] = [150, 60_000];
  test.each<[string, Step]>([
    [
      'a chunk size',
      drip(
        () => `${chunks()};`,
        'x',
        () => '\r\n\r\n',
        hours,
      ),
    ],
    [
      'a trailer',
      drip(
        () => `${chunks()}\r\n`,
        'x',
        () => '\r\n\r\n',
        hours,
      ),
    ],
    [
      'the first bytes',
      drip(
        () => 'HTTP/1.1 200 OK\r\n\r\n',
        'x',
        () => 'x',
        hours,
      ),
    ],
    [
      'a tail',
      drip(
        () => `HTTP/1.1 200 OK\r\n\r\n${box()}`,
        'x',
        () => 'x',
        hours,
      ),
    ],
  ])('%s: ends an hour after the deadline', async (_name, step) => {
    it.server.script(step);
    const error = await it.failure({ expiresAt: new Date(it.clock.now() + 3_600_000) });
    // Our clock does not prove that the link is dead: it answered.
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(error.message).toContain('running an hour after the link expired');
    expect(it.server.requests).toHaveLength(1);
  });
});
