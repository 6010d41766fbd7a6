import { keepInStep, setPlaying } from '#lib/components/attachments/in-step.ts';
import { clamp } from '#lib/components/words/timeline.ts';

/** The films of one place, played in sync: the front one leads, the others follow. */
export class Theatre {
  isPlaying = $state(false);
  isMuted = $state(true);
  timeSeconds = $state(0);
  durationSeconds = $state(0);

  #players: Array<HTMLVideoElement | undefined> = [];
  #lead = -1;
  #shown: number[] = [];

  /** An attachment: `{@attach theatre.seat(index)}` on the video of that era. */
  seat(index: number): (player: HTMLVideoElement) => () => void {
    return (player) => {
      this.#players[index] = player;
      this.show(this.#lead, this.#shown);
      return () => {
        // Another player may have the seat by now.
        if (this.#players[index] === player) this.#players[index] = undefined;
      };
    };
  }

  /** @param lead the film that is heard and followed; @param shown all films that are at least partly visible */
  show(lead: number, shown: readonly number[]): void {
    const before = this.#leader;
    this.#lead = lead;
    this.#shown = [...shown];
    const leader = this.#leader;
    // Changing the era must not change the position in the film.
    if (leader && before && leader !== before && before.readyState > 0) keepInStep(before, [leader]);
    this.#apply();
  }

  toggle(): void {
    this.isPlaying = !this.isPlaying;
    this.#apply();
  }

  play(): void {
    this.isPlaying = true;
    this.#apply();
  }

  setMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
    this.#apply();
  }

  seek(seconds: number): void {
    const leader = this.#leader;
    if (!leader) return;
    leader.currentTime = clamp(seconds, 0, leader.duration || 0);
    this.follow();
  }

  /** Shows where the leader is, and keeps the others in step: to be called regularly. */
  follow(): void {
    const leader = this.#leader;
    this.timeSeconds = leader?.currentTime ?? 0;
    this.durationSeconds = Number.isFinite(leader?.duration) ? (leader?.duration ?? 0) : 0;
    if (leader) keepInStep(leader, this.#followers());
  }

  get #leader(): HTMLVideoElement | undefined {
    return this.#players[this.#lead];
  }

  #followers(): HTMLVideoElement[] {
    return this.#shown.flatMap((index) => (index === this.#lead ? [] : (this.#players[index] ?? [])));
  }

  #apply(): void {
    const leader = this.#leader;
    for (const player of this.#players) {
      if (!player) continue;
      player.muted = this.isMuted || player !== leader;
      // A film that took the lead while it was catching up.
      if (player === leader) player.playbackRate = 1;
      if (!this.#shown.includes(this.#players.indexOf(player))) setPlaying(player, false);
    }
    if (leader && leader.paused === this.isPlaying) setPlaying(leader, this.isPlaying);
    this.follow();
  }
}
