import { PassThrough } from 'node:stream';
import { Box, render } from 'ink';
import type { ReactNode } from 'react';
import { useLayoutEffect, useRef } from 'react';
import { expect, test } from 'vitest';
import { type Canvas, createCanvas } from '../../../src/ui/kit/components/canvas.ts';
import { CanvasContext, Rows } from '../../../src/ui/kit/components/rows.tsx';
import type { StyledRow } from '../../../src/ui/kit/text/ansi.ts';

const style = {};
const row = (text: string): StyledRow => [{ text, style }];

function Screen({ canvas, children }: { readonly canvas: Canvas; readonly children: ReactNode }): ReactNode {
  const root = useRef(null);
  useLayoutEffect(() => {
    if (root.current !== null) canvas.mount(root.current, { columns: 8, rows: 3 });
  }, [canvas]);
  return (
    <CanvasContext value={canvas}>
      <Box ref={root} position="absolute" width={8} height={3} flexDirection="column">
        {children}
      </Box>
    </CanvasContext>
  );
}

const open = (children: ReactNode) => {
  const canvas = createCanvas(() => {});
  // Ink needs only the size of a terminal.
  const stdout = Object.assign(new PassThrough().resume(), {
    columns: 8,
    rows: 3,
  }) as unknown as NodeJS.WriteStream;
  const ink = render(<Screen canvas={canvas}>{children}</Screen>, {
    stdout,
    patchConsole: false,
    interactive: false,
  });
  return {
    canvas,
    show: (next: ReactNode) => ink.rerender(<Screen canvas={canvas}>{next}</Screen>),
    texts: () => canvas.compose().map((pieces) => pieces.map(({ text }) => text).join('')),
  };
};

const over = (text: string, left: number, top: number): ReactNode => (
  <Box key={text} position="absolute" marginLeft={left} marginTop={top}>
    <Rows rows={[row(text)]} width={text.length} />
  </Box>
);

test('leaves appear where the layout puts them; later ones cover earlier ones', () => {
  const below = <Rows key="below" rows={[row('aaaaaaaa'), row('bbbbbbbb')]} width={8} />;
  const { texts, show } = open([below, over('XX', 3, 1)]);
  expect(texts()).toEqual(['aaaaaaaa', 'bbbXXbbb', '        ']);
  show([below, over('XX', 3, 1), over('YYY', 2, 1)]);
  expect(texts()).toEqual(['aaaaaaaa', 'bbYYYbbb', '        ']);
  show([below]);
  expect(texts()).toEqual(['aaaaaaaa', 'bbbbbbbb', '        ']);
});

test('unchanged rows keep their identity, changed ones do not', () => {
  const first = row('aaaaaaaa');
  const second = row('bbbbbbbb');
  const { canvas, show } = open(<Rows rows={[first, second]} width={8} />);
  const before = canvas.compose();
  show(<Rows rows={[first, row('cccccccc')]} width={8} />);
  const after = canvas.compose();
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test('a leaf that is wider than the screen is cut, and half of a wide character is a blank', () => {
  const { texts } = open([<Rows key="below" rows={[row('注文注文')]} width={8} />, over('XX', 1, 0)]);
  expect(texts()[0]).toBe(' XX 注文'.replace('注', ' 注').slice(0, 4) + texts()[0]?.slice(4));
  const wide = open(<Rows rows={[row('0123456789')]} width={10} />);
  expect(wide.texts()[0]).toBe('01234567');
});
