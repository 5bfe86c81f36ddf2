/** Where a run's documents and parts are kept, by object key. */
export interface DocumentStore {
  write(key: string, body: Buffer, mediaType: string): Promise<void>;
  /** Null when there is none. */
  read(key: string): Promise<Buffer | null>;
}
