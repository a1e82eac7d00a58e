/** Whether two lists have the same texts in the same order; one that is not there is like no other. */
export function sameTexts(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((text, index) => text === other[index]);
}
