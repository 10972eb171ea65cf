import type { Scene } from './command.ts';

/** A line of the service's log as it stands in its file. */
export const fileLine = (
  { at, text }: { readonly at: number; readonly text: string },
  scene: Pick<Scene, 'toClock'>,
): string => `${new Date(scene.toClock(at)).toISOString().replace('Z', '000Z')} ${text}\n`;
