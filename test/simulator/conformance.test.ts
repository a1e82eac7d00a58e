import { conformance } from './conformance.ts';
import { quickClock } from './clocks.ts';
import { simulatorUnderTest } from './server-under-test.ts';

// Watches of some seconds end sooner; the cases compare order and content, never lengths of time.
conformance('the simulated API server', () => simulatorUnderTest({ clock: quickClock(5) }));
