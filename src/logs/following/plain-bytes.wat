;; Counts the line feeds in the first bytes of the memory, or detects a byte other than printable ASCII, tab and line feed.
;; Built by `npm run wasm` into plain-bytes-wasm.ts.
(module
  ;; Two pages: 64 KiB of input, and room for the vector that reads past its end.
  (memory (export "memory") 2)

  ;; $length: number of bytes, at least 1; the bytes after them, up to a multiple of 16, must be spaces.
  ;; Returns the number of line feeds; -1 if a byte is not plain.
  (func (export "plainLines") (param $length i32) (result i32)
    (local $at i32)
    (local $lines i32)
    (local $bytes v128)
    (local $feeds v128)
    (local $strange v128)
    (loop $next
      (local.set $bytes (v128.load (local.get $at)))
      (local.set $feeds (i8x16.eq (local.get $bytes) (v128.const i8x16 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10)))
      (local.set $strange
        (v128.or
          (local.get $strange)
          (v128.or
            ;; Less than a space, except line feeds and tabs. The comparison is signed, so it includes 0x80 and above.
            (v128.andnot
              (i8x16.lt_s (local.get $bytes) (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32))
              (v128.or
                (local.get $feeds)
                (i8x16.eq (local.get $bytes) (v128.const i8x16 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9))))
            ;; DEL.
            (i8x16.eq
              (local.get $bytes)
              (v128.const i8x16 127 127 127 127 127 127 127 127 127 127 127 127 127 127 127 127)))))
      (local.set $lines
        (i32.add (local.get $lines) (i32.popcnt (i8x16.bitmask (local.get $feeds)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $length))))
    (if (result i32) (v128.any_true (local.get $strange))
      (then (i32.const -1))
      (else (local.get $lines)))))
