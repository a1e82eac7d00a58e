import { conformance } from './conformance.ts';
import { simulatorUnderTest } from './server-under-test.ts';

conformance('the simulated API server', () => simulatorUnderTest());
