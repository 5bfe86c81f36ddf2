import type { Image } from './image.ts';

/** What all tasks of a stack have in common. */
export interface TaskPlatform {
  readonly image: Image;
  readonly architecture: 'arm64' | 'x86_64';
  readonly region: string;
  readonly logRetentionDays: number;
  readonly permissionsBoundary: string | null;
}
