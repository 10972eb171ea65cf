import type { DescribedObject, DescriptionFormat } from '../../../domain/facts/object-description.ts';

/** A text about an object; its content is in `CockpitState.description`. */
export interface ReaderOverlay {
  readonly is: 'reader';
  readonly subject: DescribedObject;
  readonly how: DescriptionFormat;
  /** The first visible row. */
  readonly from: number;
  readonly text: string;
  readonly typing: boolean;
  /** The line of the current match. */
  readonly hit?: number;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly reader: ReaderOverlay;
  }
}
