/** `1 type is`, `7 types are`: the beginning of what is said of them. */
export function typesAre(count: number): string {
  return count === 1 ? '1 type is' : `${count} types are`;
}

/** The first names, and how many more there are: `a, b, c and 53 more`. @param where where the others are told, after a space */
export function firstNames(names: readonly string[], mostCount: number, where = ''): string {
  const rest = names.length - mostCount;
  // One more name is no longer than that there is one more.
  if (rest <= 1) return names.join(', ');
  return `${names.slice(0, mostCount).join(', ')} and ${rest} more${where}`;
}
