/**
 * How glibc's malloc is to give memory back (mallopt(3)): without these it learns from the large blocks of a first sync to keep
 * such ones for good, 40 MiB of 190 at 100,000 objects. Blocks of up to a mebibyte stay: with the 128 KiB that it begins with,
 * each packing of a changed object maps and unmaps its working space, a tenth of the work at 500 changes a second. One arena for
 * all threads: what those that read the pages of a first sync leave in their own stays there, another 15 to 20 MiB. A process cannot
 * set them for itself.
 */
export const allocatorSettings = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '2097152',
} as const;
