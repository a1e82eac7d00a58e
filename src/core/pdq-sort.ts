/**
 * The pattern-defeating quicksort behind `sort.Sort` of Go 1.26: the same comparisons and the same exchanges in the
 * same order, so that elements that compare equal end up where kubectl prints them. Not stable; n log n at worst.
 */

/** What is sorted, by position from 0 to below `length`. */
export interface SortData {
  readonly length: number;
  /** Need not be a consistent order; the sort then still ends, with the result Go has. */
  less(first: number, second: number): boolean;
  swap(first: number, second: number): void;
}

/** Sorts in place, ascending. What `less` throws goes through and leaves the data half sorted. */
export function pdqSort(data: SortData): void {
  sortRange(data, 0, data.length, bitLength(data.length));
}

const longestInsertion = 12;
const shortestNinther = 50;
/** Exchanges of choosing a pivot from nine that show a descending range. */
const descendingSwapCount = 12;
const longestRepairCount = 5;
const shortestShifting = 50;

/** Sorts from `from` to below `to`; after `badPivots` very unequal parts it goes on as a heap sort. */
function sortRange(data: SortData, from: number, to: number, badPivots: number): void {
  let start = from;
  let end = to;
  let pivotsLeft = badPivots;
  let balanced = true;
  let ordered = true;
  while (end - start > longestInsertion) {
    if (pivotsLeft === 0) {
      heapSort(data, start, end);
      return;
    }
    if (!balanced) {
      scatter(data, start, end);
      pivotsLeft -= 1;
    }
    const { pivot, ascending } = preparePivot(data, start, end);
    if (balanced && ordered && ascending && repairOrder(data, start, end)) {
      return;
    }
    if (start > 0 && !data.less(start - 1, pivot)) {
      start = skipEqual(data, start, end, pivot);
      continue;
    }
    const { middle, wasOrdered } = partition(data, start, end, pivot);
    ordered = wasOrdered;
    const least = Math.floor((end - start) / 8);
    balanced = Math.min(middle - start, end - middle) >= least;
    if (middle - start < end - middle) {
      sortRange(data, start, middle, pivotsLeft);
      start = middle + 1;
    } else {
      sortRange(data, middle + 1, end, pivotsLeft);
      end = middle;
    }
  }
  insertionSort(data, start, end);
}

function insertionSort(data: SortData, start: number, end: number): void {
  for (let next = start + 1; next < end; next += 1) {
    for (let at = next; at > start && data.less(at, at - 1); at -= 1) {
      data.swap(at, at - 1);
    }
  }
}

function heapSort(data: SortData, start: number, end: number): void {
  const count = end - start;
  for (let root = Math.floor((count - 1) / 2); root >= 0; root -= 1) {
    siftDown(data, start, root, count);
  }
  for (let last = count - 1; last >= 0; last -= 1) {
    data.swap(start, start + last);
    siftDown(data, start, 0, last);
  }
}

/** Restores the heap at `start` below `root`, of which the first `count` elements are left. */
function siftDown(data: SortData, start: number, root: number, count: number): void {
  let parent = root;
  for (let child = 2 * parent + 1; child < count; child = 2 * parent + 1) {
    if (child + 1 < count && data.less(start + child, start + child + 1)) {
      child += 1;
    }
    if (!data.less(start + parent, start + child)) {
      return;
    }
    data.swap(start + parent, start + child);
    parent = child;
  }
}

/** Exchanges three elements at the middle for ones at pseudo-random places that only depend on the length. */
function scatter(data: SortData, start: number, end: number): void {
  const length = end - start;
  const mask = (1n << BigInt(bitLength(length))) - 1n;
  const middle = start + Math.floor(length / 4) * 2;
  let random = BigInt(length);
  for (let at = middle - 1; at <= middle + 1; at += 1) {
    random ^= BigInt.asUintN(64, random << 13n);
    random ^= random >> 7n;
    random ^= BigInt.asUintN(64, random << 17n);
    const other = Number(random & mask);
    data.swap(at, start + (other >= length ? other - length : other));
  }
}

/** Chooses the pivot of a range and turns the range round where the choice shows that it descends. */
function preparePivot(
  data: SortData,
  start: number,
  end: number,
): { readonly pivot: number; readonly ascending: boolean } {
  const quarter = Math.floor((end - start) / 4);
  const swaps = { count: 0 };
  let candidates = [start + quarter, start + quarter * 2, start + quarter * 3] as const;
  if (end - start >= shortestNinther) {
    const [first, second, third] = candidates;
    candidates = [
      median(data, [first - 1, first, first + 1], swaps),
      median(data, [second - 1, second, second + 1], swaps),
      median(data, [third - 1, third, third + 1], swaps),
    ];
  }
  const pivot = median(data, candidates, swaps);
  if (swaps.count !== descendingSwapCount) {
    return { pivot, ascending: swaps.count === 0 };
  }
  for (let low = start, high = end - 1; low < high; low += 1, high -= 1) {
    data.swap(low, high);
  }
  return { pivot: end - 1 - (pivot - start), ascending: true };
}

function median(data: SortData, places: readonly [number, number, number], swaps: { count: number }): number {
  let [low, middle, high] = places;
  const orderLow = (): void => {
    if (data.less(middle, low)) {
      swaps.count += 1;
      [low, middle] = [middle, low];
    }
  };
  orderLow();
  if (data.less(high, middle)) {
    swaps.count += 1;
    [middle, high] = [high, middle];
  }
  orderLow();
  return middle;
}

/** Puts a nearly sorted range in order by moving a few elements; false when it gives up. */
function repairOrder(data: SortData, start: number, end: number): boolean {
  let at = start + 1;
  for (let repair = 0; repair < longestRepairCount; repair += 1) {
    while (at < end && !data.less(at, at - 1)) {
      at += 1;
    }
    if (at === end) {
      return true;
    }
    if (end - start < shortestShifting) {
      return false;
    }
    data.swap(at, at - 1);
    if (at - start >= 2) {
      shiftDown(data, at - 1);
    }
    if (end - at >= 2) {
      shiftUp(data, at + 1, end);
    }
  }
  return false;
}

/** Moves a small element towards the beginning of the data, past the beginning of its range if need be. */
function shiftDown(data: SortData, from: number): void {
  for (let at = from; at >= 1 && data.less(at, at - 1); at -= 1) {
    data.swap(at, at - 1);
  }
}

/** Moves the element before `from` towards the end of its range. */
function shiftUp(data: SortData, from: number, end: number): void {
  for (let at = from; at < end && data.less(at, at - 1); at += 1) {
    data.swap(at, at - 1);
  }
}

/** Parts the range into what is less than the pivot, the pivot at `middle`, and the rest. */
function partition(
  data: SortData,
  start: number,
  end: number,
  pivot: number,
): { readonly middle: number; readonly wasOrdered: boolean } {
  data.swap(start, pivot);
  let low = start + 1;
  let high = end - 1;
  for (let wasOrdered = true; ; wasOrdered = false) {
    while (low <= high && data.less(low, start)) {
      low += 1;
    }
    while (low <= high && !data.less(high, start)) {
      high -= 1;
    }
    if (low > high) {
      data.swap(high, start);
      return { middle: high, wasOrdered };
    }
    data.swap(low, high);
    low += 1;
    high -= 1;
  }
}

/** In a range without anything less than the pivot, gathers its equals at the start; where those end. */
function skipEqual(data: SortData, start: number, end: number, pivot: number): number {
  data.swap(start, pivot);
  let low = start + 1;
  let high = end - 1;
  for (;;) {
    while (low <= high && !data.less(start, low)) {
      low += 1;
    }
    while (low <= high && data.less(start, high)) {
      high -= 1;
    }
    if (low > high) {
      return low;
    }
    data.swap(low, high);
    low += 1;
    high -= 1;
  }
}

function bitLength(value: number): number {
  return value === 0 ? 0 : 32 - Math.clz32(value);
}
