/** 32 bits of a text (FNV-1a over code points): what the simulator makes up of a name is the same at every time. */
export function textHash(text: string): number {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash;
}
