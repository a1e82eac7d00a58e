import { currentServerVersion, serverVersions } from '../support/cluster-programs.ts';
import { describeParity } from './parity-suite.ts';

for (const serverVersion of serverVersions) {
  if (serverVersion !== currentServerVersion) describeParity({ serverVersion, part: 'whole' });
}
