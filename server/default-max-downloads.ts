/** What the kernel may hold of one body on its way: 1,000 slow readers took 1 GB at either end, and its limits allow more. */
const bytesPerDownload = 2 * 1024 * 1024;

/**
 * As many as the half of the memory carries that is not the cache's, and a hundred for each worker in any case: chance
 * may deal it more than its part of a hundred clients.
 */
export function readDefaultMaxDownloads(workers: number, halfBytes: number): number {
  return Math.max(100 * workers, Math.floor(halfBytes / bytesPerDownload));
}
