/** How far Go's append lets a slice of interface values grow before it moves it, while it is small. */
const smallCapacities = [0, 1, 2, 4, 8, 16, 32, 71, 143, 303, 591, 1023, 1535];

/** Large slices take whole pages of 8 KiB; an interface value is 16 bytes. */
const valuesPerPage = 512;

/**
 * The capacity of an array of so many items after kubectl has decoded it (Go 1.26 on 64 bits), which `slice` can reach:
 * the items beyond the length are null.
 */
export function sliceCapacity(length: number): number {
  const small = smallCapacities.find((capacity) => capacity >= length);
  if (small !== undefined) {
    return small;
  }
  let capacity = smallCapacities.at(-1) ?? 0;
  while (capacity < length) {
    const wanted = capacity + Math.floor((capacity + 768) / 4);
    capacity = Math.ceil(wanted / valuesPerPage) * valuesPerPage;
  }
  return capacity;
}
