import { describe } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { conformance } from './conformance.ts';
import { realServerUnderTest } from './server-under-test.ts';

const missing = clusterProgramsMissing('api');

describe.skipIf(missing !== undefined)(missing ?? 'kube-apiserver', () => {
  conformance('a real API server', realServerUnderTest);
});
