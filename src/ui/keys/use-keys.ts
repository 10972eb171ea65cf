import { useInput, usePaste } from 'ink';
import { parseStrokes, type Stroke } from './strokes.ts';

/** What hears the keyboard. */
export interface KeyListener {
  /** The keys of one read, in their order. */
  strokes(strokes: readonly Stroke[]): void;
  /** What the terminal says was pasted. */
  paste(text: string): void;
}

/** The one place that listens to the keyboard. */
export const useKeys = (listener: KeyListener): void => {
  useInput((input, key) => {
    if (key.eventType !== 'release') listener.strokes(parseStrokes(input, key));
  });
  usePaste((text) => listener.paste(text));
};
