/** A file of the page before it is packed. */
export interface PageContent {
  readonly name: string;
  readonly content: Buffer;
}
