import { currentServerVersion } from '../support/cluster-programs.ts';
import { isLongRun } from '../support/long-run.ts';
import { describeParity } from './parity-suite.ts';

describeParity({ serverVersion: currentServerVersion, part: isLongRun ? 'whole' : 'fast' });
