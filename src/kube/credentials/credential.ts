import type { Failure } from '../failure.ts';

/** What authenticates requests; empty texts for what it does not have. Compared by identity: another object is another credential. */
export interface Credential {
  readonly token: string;
  readonly username: string;
  readonly password: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** Authenticates nobody. */
export const noCredential: Credential = { token: '', username: '', password: '', certificate: '', key: '' };

/** A credential that was asked for, with its end. */
export interface Obtained {
  readonly credential: Credential;
  /** Epoch ms by the issuer's clock; undefined where it does not say. */
  readonly expiresAtMs: number | undefined;
}

/** Where a mirror's credential comes from. Many requests share it; what it takes to get one is done once for all. */
export interface CredentialSource {
  /** What authenticates a request now. @throws RequestFailed (unauthorized, or unreachable for an issuer that is away) */
  credential(): Promise<Credential>;
  /** The server refused it: another one to try, or undefined where there is none yet. @throws RequestFailed as above */
  refused(credential: Credential): Promise<Credential | undefined>;
  /** The server took it. */
  accepted(credential: Credential): void;
  /** Something outside has changed: the next request tries again, whatever failed before. */
  wake(): void;
  /** Takes a credential that somebody else got. False where this source has no use for one. */
  give(obtained: Obtained): boolean;
  /** Ends what is under way. */
  close(): void;
  /** Why there is no credential, while there is none. */
  readonly problem: Failure | undefined;
}
