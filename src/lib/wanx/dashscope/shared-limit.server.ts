import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { RateLimit, WINDOW_MS } from './rate-limit.ts';
import { SlotFile } from './slot-file.server.ts';

/**
 * One limit for each name, shared by every client of this process and, with the system clock, by every process of this
 * user on this machine: the provider counts them together. Another clock's times mean nothing to other processes, so it
 * has limits of its own.
 * @param name what is counted together: account and kind of request. Not the key itself, which would be written to disk
 * @param perWindow only the first call for a name sets it
 */
export function sharedLimit(name: string, perWindow: number, clock: Clock): RateLimit {
  return clock === systemClock ? machineLimit(name, perWindow) : ownLimit(name, perWindow, clock);
}

/** Since the machine was started, in all of its processes alike: whoever sets the system clock moves no window. */
const machineClock: Clock = { ...systemClock, now: () => Number(process.hrtime.bigint() / 1_000_000n) };

const machineLimits = new Map<string, RateLimit>();

function machineLimit(name: string, perWindow: number): RateLimit {
  const folder = join(tmpdir(), `reelkeep-${process.getuid?.() ?? 'user'}`);
  const place = `${folder}\n${name}`;
  const known = machineLimits.get(place);
  if (known) return known;
  const book = new SlotFile({ folder, name, windowMs: WINDOW_MS, clock: machineClock });
  const limit = new RateLimit(perWindow, WINDOW_MS, machineClock, book);
  machineLimits.set(place, limit);
  return limit;
}

const ownLimits = new WeakMap<Clock, Map<string, RateLimit>>();

function ownLimit(name: string, perWindow: number, clock: Clock): RateLimit {
  const limits = ownLimits.get(clock) ?? new Map<string, RateLimit>();
  ownLimits.set(clock, limits);
  const limit = limits.get(name) ?? new RateLimit(perWindow, WINDOW_MS, clock);
  limits.set(name, limit);
  return limit;
}
