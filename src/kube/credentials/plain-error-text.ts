/** Longest text of a foreign program or server that is told (characters). */
const maxLength = 500;

/** Shorter values are words of everyday. */
const shortestSecretLength = 6;

/**
 * What a foreign program or server said of its failure, in one line that may be stored and shown: the end of it, without
 * signed tokens and without `secrets`.
 */
export function plainErrorText(text: string, secrets: readonly string[] = []): string {
  let plain = text;
  for (const secret of secrets) {
    if (secret.length >= shortestSecretLength) plain = plain.replaceAll(secret, '***');
  }
  plain = plain
    .replaceAll(/\beyJ[\w-]{8,}(?:\.[\w-]*)*/g, '***')
    .replaceAll(/(bearer\s+)\S+/gi, '$1***')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return plain.length <= maxLength ? plain : `…${plain.slice(-maxLength)}`;
}
