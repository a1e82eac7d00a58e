/**
 * How glibc's malloc is to give memory back (mallopt(3)): without these it learns from the large blocks of a first sync to keep
 * such ones for good, 40 MiB of 190 at 100,000 objects. Blocks of up to a mebibyte stay: with the 128 KiB that it begins with,
 * each packing of a changed object maps and unmaps its working space, a tenth of the work at 500 changes a second. A process
 * cannot set them for itself.
 */
export const allocatorSettings = { MALLOC_TRIM_THRESHOLD_: '2097152', MALLOC_MMAP_THRESHOLD_: '1048576' } as const;
