import { useInput, usePaste } from 'ink';
import { parseStrokes, type Stroke } from '../keys/strokes.ts';

/** Receives keyboard input. */
export interface KeyListener {
  /** The keys of one read, in order. */
  strokes(strokes: readonly Stroke[]): void;
  /** A bracketed paste. */
  paste(text: string): void;
}

/** The only keyboard listener of the UI. */
export const useKeys = (listener: KeyListener): void => {
  useInput((input, key) => {
    if (key.eventType !== 'release') listener.strokes(parseStrokes(input, key));
  });
  usePaste((text) => listener.paste(text));
};
