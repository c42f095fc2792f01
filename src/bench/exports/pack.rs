//! What exports are packed in, and how their lists are written. Knows no network.

use std::fs::File;
use std::io::{self, BufWriter, IntoInnerError, Seek as _, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Writes what a file holds.
pub(super) type Fill<'f> = dyn FnMut(&mut dyn Write) -> anyhow::Result<()> + 'f;

/// Counts what passes through.
struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W> Counted<W> {
    const fn new(inner: W) -> Self {
        Self { inner, bytes: 0 }
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A zip being written.
pub(super) struct Zip {
    inner: ZipWriter<BufWriter<File>>,
    bytes: u64,
}

impl Zip {
    /// Begins a zip in an empty file.
    pub(super) fn new(file: File) -> Self {
        Self { inner: ZipWriter::new(BufWriter::with_capacity(1 << 20, file)), bytes: 0 }
    }

    /// Adds a member.
    pub(super) fn add(&mut self, name: &str, fill: &mut Fill<'_>) -> anyhow::Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.inner.start_file(name, options.large_file(true))?;
        let mut out = BufWriter::with_capacity(1 << 16, Counted::new(&mut self.inner));
        fill(&mut out)?;
        out.flush()?;
        self.bytes += out.get_ref().bytes;
        Ok(())
    }

    /// Adds a member with this content.
    pub(super) fn text(&mut self, name: &str, text: &str) -> anyhow::Result<()> {
        self.add(name, &mut |out| Ok(out.write_all(text.as_bytes())?))
    }

    /// Ends the zip; returns the bytes of its members.
    pub(super) fn finish(self) -> anyhow::Result<u64> {
        finish(self.inner.finish()?)?;
        Ok(self.bytes)
    }
}

/// A tar.gz being written.
pub(super) struct TarGz {
    inner: tar::Builder<GzEncoder<BufWriter<File>>>,
    bytes: u64,
}

impl TarGz {
    /// Begins a tar.gz in an empty file.
    pub(super) fn new(file: File) -> Self {
        let packed =
            GzEncoder::new(BufWriter::with_capacity(1 << 20, file), Compression::default());
        Self { inner: tar::Builder::new(packed), bytes: 0 }
    }

    /// Adds a member. A tar says its length before the content, so it is written aside first.
    pub(super) fn add(&mut self, name: &str, fill: &mut Fill<'_>) -> anyhow::Result<()> {
        let (mut content, bytes) = aside(fill)?;
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o644);
        self.inner.append_data(&mut header, name, &mut content)?;
        self.bytes += bytes;
        Ok(())
    }

    /// Adds a member with this content.
    pub(super) fn text(&mut self, name: &str, text: &str) -> anyhow::Result<()> {
        self.add(name, &mut |out| Ok(out.write_all(text.as_bytes())?))
    }

    /// Ends the tar.gz; returns the bytes of its members.
    pub(super) fn finish(self) -> anyhow::Result<u64> {
        finish(self.inner.into_inner()?.finish()?)?;
        Ok(self.bytes)
    }
}

/// Writes a file that is no archive; returns its length.
pub(super) fn plain(file: File, write: &mut Fill<'_>) -> anyhow::Result<u64> {
    let mut out = Counted::new(BufWriter::with_capacity(1 << 20, file));
    write(&mut out)?;
    finish(out.inner)?;
    Ok(out.bytes)
}

/// Writes to a file without a name; returns it, ready to be read, and its length.
pub(super) fn aside(fill: &mut Fill<'_>) -> anyhow::Result<(File, u64)> {
    let mut out = BufWriter::with_capacity(1 << 16, Counted::new(tempfile::tempfile()?));
    fill(&mut out)?;
    let Counted { mut inner, bytes } = out.into_inner().map_err(IntoInnerError::into_error)?;
    inner.rewind()?;
    Ok((inner, bytes))
}

fn finish(out: BufWriter<File>) -> anyhow::Result<()> {
    Ok(out.into_inner().map_err(IntoInnerError::into_error)?.sync_data()?)
}

/// Writes a list of JSON values.
pub(super) fn list(
    out: &mut dyn Write,
    count: u64,
    row: &mut dyn FnMut(u64) -> String,
) -> anyhow::Result<()> {
    out.write_all(b"[")?;
    for at in 0..count {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        out.write_all(row(at).as_bytes())?;
    }
    Ok(out.write_all(b"\n]")?)
}

/// Writes a CSV table; `header` has the names of the columns with commas between them.
pub(super) fn table(
    out: &mut dyn Write,
    header: &str,
    count: u64,
    row: &mut dyn FnMut(u64) -> Vec<String>,
) -> anyhow::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header.split(','))?;
    for at in 0..count {
        table.write_record(row(at))?;
    }
    Ok(table.flush()?)
}
