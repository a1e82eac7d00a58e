import { resourceName } from '../core/api-resource.ts';
import { offByConfiguration } from '../core/mirrored-type.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { MirrorType } from './mirror-type.ts';

/** What of a type says why its rows are not there. */
type Unmirrored = Pick<MirrorType, 'group' | 'resource' | 'retrieval' | 'retrievalReason' | 'usedName' | 'scope'>;

/** A type that is followed only while it is asked for has no rows to answer from: a daemon may list it now. */
export class UnusedType extends NaviError {
  /** `plural.group` of the type whose rows are missing. */
  readonly usedName: string;

  constructor(name: string, usedName: string) {
    super(
      'NAVI_INCOMPLETE',
      `${name} is not mirrored: it is followed only while it is asked for, and no daemon lists it`,
      {
        hints: ['navi sync --detach starts a daemon'],
      },
    );
    this.usedName = usedName;
  }
}

/** Whether somebody has to ask for a type before there is anything of it. */
export function isUnused({ usedName, scope }: Pick<Unmirrored, 'usedName' | 'scope'>): boolean {
  return usedName !== undefined && scope?.complete !== true && (scope === undefined || scope.reason === 'unused');
}

/** Whether a type could be mirrored, and the configuration leaves it out. */
export function isOff({ retrieval, retrievalReason }: Pick<Unmirrored, 'retrieval' | 'retrievalReason'>): boolean {
  return retrieval === 'off' && retrievalReason === offByConfiguration;
}

/** That a type has no complete list, for what is told of it and with a way out. @param why reads on from its name */
export function unmirrored(type: Unmirrored, why: string): NaviError {
  const name = resourceName(type);
  if (isOff(type)) {
    return new NaviError('NAVI_NOT_MIRRORED', `${name} is not mirrored: ${offByConfiguration}`, {
      hints: [
        `config.toml has mode "off" for it; without that navi sync mirrors it`,
        `kubectl get ${name} asks the cluster`,
      ],
    });
  }
  // Also while its first list runs: the daemon tells when that is complete.
  if (type.usedName !== undefined) return new UnusedType(name, type.usedName);
  return new NaviError('NAVI_INCOMPLETE', why, { hints: ['navi status says how far the mirror is'] });
}
