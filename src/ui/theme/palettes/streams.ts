import { type Ink, ink, type StreamInk } from '../palette.ts';

/** Colours that tell one stream of lines from another: none of them is a level's. */
type StreamInks = Readonly<Record<StreamInk, Ink>>;

export const streamsOnDark: StreamInks = {
  stream0: ink('#7AA2F7', '94'),
  stream1: ink('#C99BEF', '95'),
  stream2: ink('#4FD6BE', '36'),
  stream3: ink('#C3CC7A', '32'),
  stream4: ink('#F5A3C7', '35'),
  stream5: ink('#B8C0CC', '37'),
};

export const streamsOnLight: StreamInks = {
  stream0: ink('#1F55B5', '34'),
  stream1: ink('#7A3EA8', '35'),
  stream2: ink('#0B625B', '36'),
  stream3: ink('#555E00', '32'),
  stream4: ink('#9A3066', '31'),
  stream5: ink('#4A5260', '90'),
};

export const streamsPlainlyOnDark: StreamInks = {
  stream0: ink('#B3CDFF', '94'),
  stream1: ink('#DFC4FF', '95'),
  stream2: ink('#8CEBDA', '96'),
  stream3: ink('#DDE39A', '92'),
  stream4: ink('#FFC0DC', '95'),
  stream5: ink('#DDE2EA', '97'),
};

export const streamsPlainlyOnLight: StreamInks = {
  stream0: ink('#0A3A85', '34'),
  stream1: ink('#56217F', '35'),
  stream2: ink('#00453F', '36'),
  stream3: ink('#393F00', '32'),
  stream4: ink('#741543', '31'),
  stream5: ink('#333A45', '30'),
};
