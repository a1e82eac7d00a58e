import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecretSource } from '../../config/alert-receivers.ts';
import { systemCodeOf } from '../../errors/navi-error.ts';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { NotDelivered } from './not-delivered.ts';

/** One request to a webhook. */
export interface WebhookCall {
  readonly url: string;
  readonly body: string;
  /** The same for each attempt. */
  readonly key: string;
  readonly secret: SecretSource | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  readonly timeoutMs: number;
  readonly stopping: AbortSignal;
}

/** Longest secret (bytes): more is another file. */
const secretMax = 64 * 1024;

/**
 * POSTs a message. With a secret, `Navi-Signature` is `v1=` and the HMAC-SHA256, hexadecimal, of `Navi-Timestamp` (seconds), a dot
 * and the body. Redirects are not followed: the signature is for one place. @throws NotDelivered unless the answer is 2xx
 */
export async function sendToWebhook(call: WebhookCall): Promise<void> {
  const { url, body, key, nowMs, timeoutMs, stopping } = call;
  const timestamp = String(Math.floor(nowMs / 1_000));
  const secret = secretOf(call);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'navi',
    'idempotency-key': key,
    'navi-timestamp': timestamp,
    ...(secret === undefined ? {} : { 'navi-signature': `v1=${signature(secret, timestamp, body)}` }),
  };
  const late = AbortSignal.timeout(timeoutMs);
  let status: number;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([late, stopping]),
    });
    // What it says is of no use, and may be endless.
    await answer.body?.cancel();
    ({ status } = answer);
  } catch (error) {
    if (late.aborted) throw new NotDelivered(`${placeOf(url)} did not answer within ${timeoutMs / 1_000} s`);
    throw new NotDelivered(`${placeOf(url)} cannot be reached: ${causeText(error)}`);
  }
  if (status < 200 || status > 299) throw new NotDelivered(`${placeOf(url)} answered with ${status}`);
}

/** HMAC-SHA256 of what is signed, hexadecimal. */
function signature(secret: Buffer, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

/** Without the final line feed that editors add. @throws NotDelivered where there is none */
function secretOf({ secret, env }: WebhookCall): Buffer | undefined {
  if (secret === undefined) return undefined;
  if (secret.kind === 'environment') {
    const value = env[secret.name];
    if (value === undefined || value === '')
      throw new NotDelivered(`the environment variable ${secret.name}, which has the secret, is not set`);
    return Buffer.from(value);
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(secret.path);
  } catch (error) {
    throw new NotDelivered(`the secret ${secret.path} cannot be read: ${plainMessageOf(error)}`);
  }
  const text = bytes.at(-1) === 0x0a ? bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1) : bytes;
  if (text.length === 0 || text.length > secretMax)
    throw new NotDelivered(`the secret ${secret.path} ${text.length === 0 ? 'is empty' : 'is too long'}`);
  return text;
}

/** Paths and queries of webhooks are often secrets themselves. */
function placeOf(url: string): string {
  return new URL(url).origin;
}

/** fetch hides what happened in a cause. */
function causeText(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return systemCodeOf(cause) === '' && cause instanceof Error ? cause.message : plainMessageOf(cause);
}
