import { shellWord } from '../../core/shell-word.ts';
import type { AuthProvider, ExecPlugin, KubeconfigCluster, KubeconfigUser } from '../../kubeconfig/kubeconfig.ts';
import type { ResolvedContext } from '../../kubeconfig/resolve-context.ts';
import type { Clock } from '../../util/clock.ts';
import { failure, RequestFailed } from '../failure.ts';
import type { CredentialSource, Obtained } from './credential.ts';
import { execInfo } from './exec-info.ts';
import { runExecPlugin } from './exec-plugin.ts';
import { issuerDoor } from './issuer.ts';
import { refreshTokens, tokensOf, unspent, type OidcTokens } from './oidc-token.ts';
import { RenewedCredential } from './renewed-credential.ts';
import { RereadFile } from './reread-file.ts';
import { StoredCredential } from './stored-credential.ts';

/** What a source of credentials needs beside the context. */
export interface SourceOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly env: NodeJS.ProcessEnv;
  /** PEM of the cluster's authority now. */
  readonly authority: () => string;
  /** How far the server's clock is ahead of ours (ms). */
  readonly skewMs: () => number;
  /** The context as its kubeconfig has it now; kubectl keeps tokens there that it refreshed. */
  readonly latest: () => ResolvedContext;
  /** Told what people should know, never with a credential in it. */
  readonly onNotice: (text: string) => void;
}

/**
 * The source of a context's credential. A certificate, token or password goes before an exec plugin or auth provider
 * (client-go 0.36).
 */
export function credentialSource(context: ResolvedContext, options: SourceOptions): CredentialSource {
  const { user } = context;
  const isAsked = user.exec !== undefined || user.authProvider !== undefined;
  if (!isAsked || isStored(user)) return new StoredCredential(user, options.clock);
  return new RenewedCredential({ ...options, obtain: obtainBy(context, options) });
}

function obtainBy(context: ResolvedContext, options: SourceOptions): (signal: AbortSignal) => Promise<Obtained> {
  const { exec, authProvider } = context.user;
  if (exec !== undefined) return async (signal) => await obtainByPlugin(context, exec, options, signal);
  return obtainFromIssuer(authProvider as AuthProvider, options);
}

/**
 * Tokens of an OIDC user: what the kubeconfig has while it is good and was not given before, else new ones for the
 * refresh token. Nothing is written back. An issuer that rotates refresh tokens has so taken the one away that kubectl
 * has; whatever kubectl writes from then on is newer and goes first.
 */
function obtainFromIssuer(provider: AuthProvider, options: SourceOptions): () => Promise<Obtained> {
  let kept: OidcTokens | undefined;
  let known: OidcTokens | undefined;
  let given = '';
  const give = (obtained: Obtained): Obtained => {
    given = obtained.credential.token;
    return obtained;
  };
  return async () => {
    const latest = options.latest().user.authProvider ?? provider;
    const now = tokensOf(latest);
    if (now.refreshToken !== known?.refreshToken || now.idToken !== known.idToken) kept = undefined;
    known = now;
    const stored = unspent(now, options.clock.now() + options.skewMs());
    if (kept === undefined && stored !== undefined && stored.credential.token !== given) return give(stored);
    const { refreshToken } = kept ?? now;
    if (refreshToken === '') {
      throw new RequestFailed(failure('unauthorized', 'the id token is spent, and there is no refresh token'));
    }
    kept = await refreshTokens(latest, refreshToken, issuerDoor(latest.config, options.env));
    if (kept.refreshToken !== refreshToken)
      options.onNotice('the issuer rotates refresh tokens: kubectl may have to log in again');
    return give(unspent(kept, Number.NEGATIVE_INFINITY) ?? refuseToken());
  };
}

function refuseToken(): never {
  throw new RequestFailed(failure('unauthorized', 'the issuer answers with an id token that has no end'));
}

async function obtainByPlugin(
  context: ResolvedContext,
  plugin: ExecPlugin,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<Obtained> {
  const { clock, env } = options;
  if (plugin.interactiveMode === 'Always') {
    throw new RequestFailed(
      failure(
        'unauthorized',
        `exec plugin ${plugin.command} asks the person: navi login --context ${shellWord(context.name)}`,
      ),
    );
  }
  const info = execInfo(plugin, context.cluster, options.authority(), false);
  return await runExecPlugin({ plugin, info, env, clock, signal });
}

/** Whether a user entry has, or names the file of, what authenticates it: then nobody has to be asked. */
export function isStored(user: KubeconfigUser): boolean {
  const { certData, certFile, token, tokenFile, username } = user;
  return [certData, certFile, token, tokenFile, username].some((field) => field !== '');
}

/** The PEM of a cluster's authority now, empty for the system's; data goes before a file (client-go). */
export function authorityOf(cluster: KubeconfigCluster, clock: Clock): () => string {
  if (cluster.caData !== '' || cluster.caFile === '') {
    const text = Buffer.from(cluster.caData, 'base64').toString('utf8');
    return () => text;
  }
  const file = new RereadFile(cluster.caFile, clock);
  return () => file.text();
}
