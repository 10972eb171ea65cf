;; Finds the line feeds in the first bytes of the memory, or detects a byte other than printable ASCII, tab and line feed.
;; Built by `npm run wasm` into plain-bytes-wasm.ts.
(module
  ;; Two pages: 64 KiB of input, and room for the vector that reads past its end. Then four pages: an index for each line feed.
  (memory (export "memory") 6)

  ;; 1 once there were five dashes in a row; the caller sets it to 0.
  (global $dashes (export "dashes") (mut i32) (i32.const 0))

  ;; $length: number of bytes, at least 1; the bytes after them, up to a multiple of 16, must be spaces.
  ;; Returns the number of line feeds; -1 if a byte is not plain.
  (func (export "plainLines") (param $length i32) (result i32)
    (local $at i32)
    (local $end i32)
    (local $mask i32)
    (local $run i32)
    (local $bytes v128)
    (local $feeds v128)
    (local $strange v128)
    (local.set $end (i32.const 131072))
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
      (local.set $mask (i8x16.bitmask (local.get $feeds)))
      (block $none
        (br_if $none (i32.eqz (local.get $mask)))
        (loop $feed
          (i32.store (local.get $end) (i32.add (local.get $at) (i32.ctz (local.get $mask))))
          (local.set $end (i32.add (local.get $end) (i32.const 4)))
          (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
          (br_if $feed (local.get $mask))))
      ;; The dashes of the last 32 bytes, the earlier ones in lower bits.
      (local.set $run
        (i32.or
          (i32.shr_u (local.get $run) (i32.const 16))
          (i32.shl
            (i8x16.bitmask (i8x16.eq (local.get $bytes) (v128.const i8x16 45 45 45 45 45 45 45 45 45 45 45 45 45 45 45 45)))
            (i32.const 16))))
      (if (local.get $run)
        (then
          ;; Two in a row, four in a row, five in a row.
          (local.set $mask (i32.and (local.get $run) (i32.shr_u (local.get $run) (i32.const 1))))
          (local.set $mask (i32.and (local.get $mask) (i32.shr_u (local.get $mask) (i32.const 2))))
          (if (i32.and (local.get $mask) (i32.shr_u (local.get $run) (i32.const 4)))
            (then (global.set $dashes (i32.const 1))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $length))))
    (if (result i32) (v128.any_true (local.get $strange))
      (then (i32.const -1))
      (else (i32.shr_u (i32.sub (local.get $end) (i32.const 131072)) (i32.const 2))))))
