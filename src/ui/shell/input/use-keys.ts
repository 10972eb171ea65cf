import { useInput, usePaste } from 'ink';
import { useRef } from 'react';
import { parseStrokes, type Stroke } from '../keys/strokes.ts';

/** Receives keyboard input. */
export interface KeyListener {
  /** Keys of one read, in order. `earlier`: how many keys of the same read came before them. */
  strokes(strokes: readonly Stroke[], earlier?: number): void;
  /** A bracketed paste. */
  paste(text: string): void;
}

/** The only keyboard listener of the UI. Ink divides a read at its escape sequences, and hands all of its keys over in one turn. */
export const useKeys = (listener: KeyListener): void => {
  const keysOfRead = useRef(0);
  useInput((input, key) => {
    if (key.eventType === 'release') return;
    const strokes = parseStrokes(input, key);
    const earlier = keysOfRead.current;
    if (earlier === 0)
      queueMicrotask(() => {
        keysOfRead.current = 0;
      });
    keysOfRead.current += strokes.length;
    listener.strokes(strokes, earlier);
  });
  usePaste((text) => listener.paste(text));
};
