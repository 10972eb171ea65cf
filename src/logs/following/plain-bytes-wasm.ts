/** Built from plain-bytes.wat by `npm run wasm`. */
export const plainBytesWasm = Buffer.from(
  'AGFzbQEAAAABBgFgAX8BfwMCAQAFAwEAAgcXAgZtZW1vcnkCAApwbGFpbkxpbmVzAAAKoAEBnQECAn8DewNAIAH9AAQAIQMgA/0M' +
    'CgoKCgoKCgoKCgoKCgoKCv0jIQQgBSAD/QwgICAgICAgICAgICAgICAg/SUgBCAD/QwJCQkJCQkJCQkJCQkJCQkJ/SP9UP1PIAP9' +
    'DH9/f39/f39/f39/f39/f3/9I/1Q/VAhBSACIAT9ZGlqIQIgAUEQaiEBIAEgAEkNAAsgBf1TBH9BfwUgAgsL',
  'base64',
);
