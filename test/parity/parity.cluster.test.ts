import { currentServerVersion } from '../support/cluster-programs.ts';
import { describeParity } from './parity-suite.ts';

describeParity({ serverVersion: currentServerVersion, part: process.env['NAVI_TEST_LONG'] === '1' ? 'whole' : 'fast' });
