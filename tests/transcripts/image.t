Images come into the store from files, and are listed and removed by name. The store of this transcript is its own.

  $ export SLUICE_CACHE=$PWD/store
  > mkdir -p rootfs/etc && echo x > rootfs/etc/name && tar -C rootfs --mtime=@0 --sort=name --owner=0 --group=0 --mode=755 -cf rootfs.tar .
  > sluice image ls
  > sluice image import tools:1 rootfs.tar && sluice image ls | sed "s/ *[-0-9]* [0-9:]*$//"
  tools:1 sha256:ce8a7ac840c41ecf800d5fca2306126d9c76b82edc72511ca8ff9c4c05900732 (1 KiB)
  NAME     DIGEST                    SIZE  IMPORTED
  tools:1  sha256:ce8a7ac840c4      1 KiB

A file that is none of the three kinds is refused, and so is a name that could leave the store.

  $ export SLUICE_CACHE=$PWD/store
  > echo 'no archive at all, but long enough to be looked at' > text
  > sluice image import x text
  stderr: sluice: `text` is not an image archive: give a file written by `docker save` or `podman save`, or a tarball of a root filesystem
  [2]

  $ SLUICE_CACHE=$PWD/store sluice image import ../x rootfs.tar
  stderr: sluice: `../x` cannot be an image's name: use letters, digits and `. _ - / : @`, beginning with a letter or digit, as in `ubuntu-22.04` or `ghcr.io/me/tools:1`
  [2]

  $ SLUICE_CACHE=$PWD/store sluice image import x none.tar
  stderr: sluice: cannot read `none.tar`: No such file or directory
  [2]

  $ SLUICE_CACHE=$PWD/store sluice image import x
  stderr: sluice: FILE is required
  [2]

  $ SLUICE_CACHE=$PWD/store sluice image
  stderr: sluice: say what to do: `sluice --help` lists the commands
  [2]

An archive that would write outside of the image leaves nothing behind.

  $ export SLUICE_CACHE=$PWD/store
  > python3 -c 'import io, tarfile
  > with tarfile.open("evil.tar", "w") as tar:
  >     entry = tarfile.TarInfo("../evil"); entry.size = 2; tar.addfile(entry, io.BytesIO(b"x\n"))'
  > sluice image import evil evil.tar
  > ls store/tmp store/layers | grep -c evil; ls
  0
  evil.tar
  rootfs
  rootfs.tar
  store
  text
  stderr: sluice: `evil.tar` has the entry `../evil`, which leads out of the image: it is not imported

  $ SLUICE_CACHE=$PWD/store sluice image rm tools:1 other
  stderr: sluice: there is no image `other` in the store: `sluice image ls` lists them
  [2]

  $ SLUICE_CACHE=$PWD/store sluice image ls; ls store/layers

There must be a place for the store.

  $ env -u SLUICE_CACHE -u XDG_CACHE_HOME -u HOME sluice image ls
  stderr: sluice: there is no place for Sluice's store: set HOME, or SLUICE_CACHE to a folder
  [2]

  $ SLUICE_CACHE=/dev/null/store sluice image ls
  stderr: sluice: cannot make the folder `/dev/null`: Not a directory
  [2]
