error CC3001: 'kvm/c01-icache-isolation.coh' does not exist
  hint: name a spec file or a folder of specs
