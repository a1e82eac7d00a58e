import { NaviError } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { refuseUnusable } from '../kubeconfig/usable-context.ts';
import { systemClock } from '../util/clock.ts';
import type { Obtained } from './credentials/credential.ts';
import { authorityOf, isStored } from './credentials/credential-source.ts';
import { execInfo } from './credentials/exec-info.ts';
import { runExecPlugin } from './credentials/exec-plugin.ts';
import { failure, networkHint, RequestFailed, type Failure } from './failure.ts';
import { fetchPrincipal } from './principal.ts';
import { Transport } from './transport.ts';

/** A login that the cluster has taken. */
export interface Login {
  /** Who the cluster takes the person for. */
  readonly principal: string;
  /** What an exec plugin gave; undefined for what a daemon gets by itself. `expiresAt` is RFC 3339. */
  readonly credential:
    | { readonly token: string; readonly certificate: string; readonly key: string; readonly expiresAt: string | null }
    | undefined;
}

/** Who signs in: with this environment, and perhaps at a terminal. */
export interface Person {
  readonly env: NodeJS.ProcessEnv;
  /** Whether the person can answer at the standard input. */
  readonly hasTerminal: boolean;
}

/**
 * Signs in as a context says, with the terminal of this process for an exec plugin, and asks the cluster who that is.
 * @throws NAVI_CONTEXT_UNSUPPORTED, NAVI_REFUSED where the login is not good, NAVI_UNREACHABLE
 */
export async function signIn(context: ResolvedContext, person: Person): Promise<Login> {
  refuseUnusable(context);
  const transport = new Transport(context, { env: person.env });
  try {
    const obtained = await askPerson(context, person);
    if (obtained !== undefined) transport.giveCredential(obtained);
    return { principal: await fetchPrincipal(transport, context), credential: handed(obtained) };
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    throw loginError(context, error.failure);
  } finally {
    await transport.close();
  }
}

/** What the exec plugin gives, where that is what authenticates the context. */
async function askPerson(context: ResolvedContext, { env, hasTerminal }: Person): Promise<Obtained | undefined> {
  const plugin = context.user.exec;
  if (plugin === undefined || isStored(context.user)) return undefined;
  if (plugin.interactiveMode === 'Always' && !hasTerminal) {
    const why = `exec plugin ${plugin.command} asks the person, and the standard input is no terminal`;
    throw new RequestFailed(failure('unauthorized', why));
  }
  const answers = plugin.interactiveMode !== 'Never' && hasTerminal;
  const clock = systemClock();
  const info = execInfo(plugin, context.cluster, authorityOf(context.cluster, clock)(), answers);
  return await runExecPlugin({ plugin, info, env, clock, person: answers ? 'answers' : 'reads' });
}

function handed(obtained: Obtained | undefined): Login['credential'] {
  if (obtained === undefined) return undefined;
  const { token, certificate, key } = obtained.credential;
  const { expiresAtMs } = obtained;
  return { token, certificate, key, expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString() };
}

function loginError({ name, user }: ResolvedContext, { class: failed, message, hint }: Failure): NaviError {
  if (failed !== 'unauthorized') {
    return new NaviError('NAVI_UNREACHABLE', `cannot sign in to context "${name}": ${message}`, {
      hints: [hint ?? networkHint],
    });
  }
  const how =
    user.exec === undefined
      ? 'log in with the tool that wrote the kubeconfig, and the daemon goes on by itself'
      : `mend what exec plugin ${user.exec.command} needs, and try again`;
  return new NaviError('NAVI_REFUSED', `cannot sign in to context "${name}": ${message}`, { hints: [hint ?? how] });
}
