/** Words further apart than so many letters are no slip of the hand. */
const farthest = 2;

/** The known word that was most likely meant; undefined where none is near. @param most slips that are forgiven */
export function nearestWord(typed: string, known: readonly string[], most = farthest): string | undefined {
  // A slip does not change most of a word.
  const limit = Math.min(most, Math.floor(typed.length / 2));
  const near = known
    .map((word) => ({ word, distance: distance(typed, word) }))
    .filter((each) => each.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.word;
}

/** The hint for a word that was most likely meant, written as it is to be typed; none where there is no such word. */
export function didYouMean(meant: string | undefined): readonly string[] {
  return meant === undefined ? [] : [`did you mean ${meant}?`];
}

/** Letters that are added, left out, changed, or swapped with their neighbour. A long text is far from every other. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > farthest) return farthest + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : changed;
      row.push(Math.min(changed, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    if (Math.min(...row) > farthest) return farthest + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
