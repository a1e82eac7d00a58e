/**
 * How glibc's malloc is to give memory back (mallopt(3)): without these it learns from the large blocks of a first sync to keep
 * such ones for good, 40 MiB of 190 at 100,000 objects. A process cannot set them for itself.
 */
export const allocatorSettings = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' } as const;
