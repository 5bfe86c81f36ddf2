/** An artifact that was there when it was opened and is not any more: its version was replaced meanwhile. */
export class ArtifactGone extends Error {
  constructor(objectKey: string) {
    super(`${objectKey} was removed while it was read.`);
    this.name = 'ArtifactGone';
  }
}
