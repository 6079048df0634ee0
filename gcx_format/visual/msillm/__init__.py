"""MS-ILLM: the visual condition as the paper codes it (section 3.3), and the same everywhere.

The perceptual codec of Muckley et al., "Improving Statistical Fidelity for Neural Image
Compression with Implicit Local Likelihood Models" (ICML 2023), by its authors' network and
weights. What is gcx's own is everything between the network and the file: an entropy model
in whole numbers, so that a file written anywhere is read alike everywhere, and a bitstream
that takes at most a byte more than the model asks for, and two to know that all is well.

Needs the extra `gcx[msillm]`, and weights that `gcx weights get` downloads. Importing this
package needs neither; the modules below `codec` need numpy, and torch comes in with the
first picture.
"""

from __future__ import annotations
