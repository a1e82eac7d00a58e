import type { Clock } from '../util/clock.ts';
import { TokenBucket } from '../util/token-bucket.ts';

/** Pages and single objects. The bursts let an ordinary cluster's first sync, and a restart, pass undelayed. */
const requestRate = { perSecond: 20, burst: 100 };

/** Watches that are opened: each replays what it missed. */
const watchRate = { perSecond: 10, burst: 100 };

/** How fast one mirror asks its cluster. Checks and discovery are not held up: they say whether the rest makes sense. */
export class RequestPace {
  readonly requests: TokenBucket;
  readonly watches: TokenBucket;

  constructor(clock: Clock) {
    this.requests = new TokenBucket(clock, requestRate);
    this.watches = new TokenBucket(clock, watchRate);
  }
}
