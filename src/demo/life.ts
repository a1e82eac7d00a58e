import { forgetOldEvents } from './event-log.ts';
import { rollouts } from './rollouts.ts';
import { crashLoop, cronJobs, load, missingImage, noRoom, queueTraffic, type Story } from './stories.ts';
import type { World } from './world.ts';

/** How often a story gets its turn, against the others. */
interface Thread {
  readonly story: Story;
  readonly weight: number;
}

/**
 * The company lives: `step` lets one thing happen in the cluster. What grows is cut back, so that there are never many
 * more objects than in the beginning: events by age and number, jobs and replica sets by what their owners keep.
 */
export class Life {
  readonly #world: World;
  readonly #threads: readonly Thread[];

  constructor(world: World) {
    this.#world = world;
    this.#threads = [
      { story: rollouts(world), weight: 8 },
      { story: cronJobs(world), weight: 3 },
      { story: queueTraffic(world), weight: 3 },
      { story: crashLoop(world), weight: 2 },
      { story: missingImage(world), weight: 1 },
      { story: load(world), weight: 1 },
      { story: noRoom(world), weight: 1 },
    ];
  }

  /** One thing happens; returns it in words, without a full stop. */
  step(): string {
    const happening = this.#next().story.next();
    forgetOldEvents(this.#world);
    return typeof happening.value === 'string' ? happening.value : '';
  }

  #next(): Thread {
    const total = this.#threads.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.#world.random() * total;
    for (const thread of this.#threads) {
      left -= thread.weight;
      if (left < 0) return thread;
    }
    return this.#threads[0] ?? never();
  }
}

function never(): never {
  throw new Error('the company has no stories');
}
