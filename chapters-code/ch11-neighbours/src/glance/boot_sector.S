# What the built-in image boots: 512 bytes that greet, wait for the power button, and obey it.
#
# A PC's firmware loads the first sector of the disk to 0x7c00 and jumps there, with the CPU in
# its 16-bit mode of 1978. There is no system to ask: the program talks to the ports itself.
#
#   as --32 -o boot_sector.o boot_sector.S
#   ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o boot_sector.bin boot_sector.o

    .intel_syntax noprefix
    .code16
    .global _start

    .set COM1,     0x3f8                # the first serial port
    .set PM1_STS,  0x600                # what ACPI tells us,
    .set PM1_EN,   0x602                # what we want to be told,
    .set PM1_CNT,  0x604                # and what we tell it
    .set PWRBTN,   1 << 8               # the power button
    .set S5,       1 << 13              # "sleep now, and as deep as it goes"

_start:
    cli                                 # until all is set up, nobody interrupts
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, 0x7c00                      # the stack grows down from below our code

    mov dx, COM1 + 3                    # the line control register:
    mov al, 0x80                        # its top bit shows the divisor,
    out dx, al
    mov dx, COM1
    mov al, 1                           # which is 1: 115200 baud
    out dx, al
    mov dx, COM1 + 1
    xor al, al
    out dx, al
    mov dx, COM1 + 3
    mov al, 3                           # 8 bits, no parity, one stop bit
    out dx, al

    mov dx, PM1_EN                      # tell us of the power button
    mov ax, PWRBTN
    out dx, ax

    mov si, offset hello
    call puts
    sti

# ANCHOR: wait
wait:
    hlt                                 # sleep until the timer ticks, 18 times a second
    mov dx, PM1_STS
    in ax, dx
    test ax, PWRBTN
    jz wait

    mov ax, PWRBTN                      # seen: writing the bit takes it back
    out dx, ax
    mov si, offset bye
    call puts
    mov dx, PM1_CNT                     # switch the machine off
    mov ax, S5
    out dx, ax
# ANCHOR_END: wait
off:
    cli                                 # in case it takes a moment
    hlt
    jmp off

# Writes the text at si, up to its zero.
puts:
    lodsb
    test al, al
    jz done
    mov ah, al
    mov dx, COM1 + 5                    # the line status register:
busy:
    in al, dx
    test al, 0x20                       # may the next byte be sent?
    jz busy
    mov al, ah
    mov dx, COM1
    out dx, al
    jmp puts
done:
    ret

hello:
    .asciz "hello from a real guest\r\n"
bye:
    .asciz "power button pressed: bye\r\n"

    .org 510
    .word 0xaa55                        # the mark by which firmware knows a boot sector
